//! The command line's shape.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{places::Places, server};

/// Every chore of Modulens.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
pub(crate) struct Cli {
    /// The command to run.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The chores.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Install what building the site needs, and nothing that is there already.
    Setup(SetupArgs),
    /// Build the static site into dist/, list what it weighs and check it against the budget.
    Build(BuildArgs),
    /// Write into a built site its content security policy and the list of its files; `build` does it by itself.
    Finish(FinishArgs),
    /// Set up, build and serve the site; it is served before its map and its WebGPU engine are built.
    Demo(DemoArgs),
    /// Serve a folder as a static site.
    Serve(ServeArgs),
    /// Formatting, lints, documentation and licences only.
    Check,
    /// Everything: formatting, lints, native tests, wasm checks, the site, the tests in a real browser.
    Test(TestArgs),
    /// Only the tests in a real browser, against dist/ as it is.
    E2e(E2eArgs),
    /// Measure.
    Bench(BenchArgs),
    /// Make the two default galleries from nothing: draw, train, measure, export; or a gallery of photographs.
    Assets(AssetsArgs),
    /// Fetch the weights of `ImageNet` that photographic networks start from.
    Pretrained,
    /// Draw the icons of an installed site from www/icons/icon.svg.
    Icons,
    /// Let Lighthouse judge the built site as a phone sees it.
    Lighthouse(ReportArgs),
    /// Walk through the built site in the other browsers that are on this machine.
    Browsers(ReportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SetupArgs {
    /// Also what the tests need: a browser.
    #[arg(long)]
    pub(crate) tests: bool,
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct BuildArgs {
    /// Print one JSON object instead of the table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Leave trunk out and only weigh what is in dist/.
    #[arg(long)]
    pub(crate) weigh_only: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FinishArgs {
    /// Folder of the site (default: dist).
    #[arg(long)]
    pub(crate) dir: Option<PathBuf>,
}

/// The options of a measurement that is kept in a document.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Print one JSON object instead of the table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Keep it in its document in docs/.
    #[arg(long)]
    pub(crate) save: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Port of the server; 0 takes any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Stop after the build.
    #[arg(long)]
    pub(crate) no_serve: bool,
}

impl DemoArgs {
    pub(crate) fn serve(&self, places: &Places) -> server::Settings {
        server::Settings {
            host: "127.0.0.1".into(),
            port: self.port,
            folder: places.dist(),
            base: "/".into(),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Port; 0 takes any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Address to listen on. The default is reached from this machine alone.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// Folder to serve (default: dist).
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Path under which the site appears, as on a host that keeps many sites.
    #[arg(long, default_value = "/")]
    base: String,
}

impl ServeArgs {
    pub(crate) fn resolve(self, places: &Places) -> server::Settings {
        server::Settings {
            host: self.host,
            port: self.port,
            folder: self.dir.unwrap_or_else(|| places.dist()),
            base: self.base,
        }
    }
}

/// A part of the tests that runs alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestPart {
    /// The native tests.
    Native,
    /// Lints of the crates that are compiled to wasm.
    Wasm,
}

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Leave out the site and the tests that need a browser.
    #[arg(long)]
    pub(crate) skip_browser: bool,
    /// Only one part, as the integration jobs run it; nothing is set up.
    #[arg(long, conflicts_with = "skip_browser")]
    pub(crate) only: Option<TestPart>,
    /// Print one JSON object at the end instead of the table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct E2eArgs {
    /// Show the browser's window.
    #[arg(long)]
    pub(crate) headed: bool,
    /// Only tests whose name matches this pattern.
    #[arg(long)]
    pub(crate) filter: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// The bench to run; without a name they are listed.
    pub(crate) name: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
    /// Few repeats and small sizes: tries the whole way, measures little.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Keep the figures in docs/benchmarks and their table in docs/benchmarks.md.
    #[arg(long)]
    pub(crate) save: bool,
    /// Take what the bench's script printed, on this machine or another, instead of measuring.
    #[arg(long)]
    pub(crate) from: Option<PathBuf>,
}

/// One of the two default galleries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gallery {
    /// Drawn faces in `CelebA`'s format.
    Faces,
    /// Drawn shoes in UT-Zappos50K's format.
    Shoes,
}

/// A network that has seen photographs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PhotoNetwork {
    /// Every face in them is cut out.
    #[default]
    Portraits,
    /// Clothes and things, and anything that is taught.
    Clothing,
}

#[derive(Debug, Args)]
pub(crate) struct AssetsArgs {
    /// Only one of the galleries.
    #[arg(long)]
    pub(crate) only: Option<Gallery>,
    /// A few hundred images and a few steps: tries the whole way in minutes, into target/quick-assets,
    /// and leaves the shipped galleries alone.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Print one JSON object with the minutes of each step.
    #[arg(long)]
    pub(crate) json: bool,
    /// Make a gallery of the photographs in this folder or archive instead, for this machine alone: `demo` opens
    /// with it.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["only", "quick", "json"])]
    pub(crate) photos: Option<PathBuf>,
    /// The network for the photographs.
    #[arg(long, value_enum, default_value_t, requires = "photos")]
    pub(crate) network: PhotoNetwork,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
