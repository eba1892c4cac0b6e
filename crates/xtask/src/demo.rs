//! The site on this machine: what it needs is installed, the first part of it is built and served, and the rest is built
//! behind the server.
//!
//! Burn's WebGPU engine takes half of the build's time. Until it is there the page computes on the CPU, as it does in
//! every browser without WebGPU; the map says that it cannot be loaded.

use std::{fs, path::PathBuf, thread, time::Instant};

use crate::{
    build,
    cli::DemoArgs,
    error::{Error, Result},
    finish, photos,
    places::Places,
    server::Server,
    setup,
};

/// The modules that the page does without until they are built.
const LATER: [&str; 2] = ["engine-webgpu", "map"];

/// Sets up, builds and serves the site.
///
/// # Errors
/// The port is taken, a tool cannot be installed, the site cannot be built, or Ctrl-C was pressed.
pub(crate) fn run(places: &Places, args: &DemoArgs) -> Result<()> {
    let start = Instant::now();
    let say = |text: &str| {
        let minutes = start.elapsed().as_secs_f64() / 60.0;
        eprintln!("demo, {minutes:.1} minutes: {text}");
    };
    if args.no_serve {
        setup::run(places, false)?;
        whole(places)?;
        println!("The site is in {}.", places.dist().display());
        return Ok(());
    }
    // A port that is taken is said now, not after the build.
    let server = Server::listen(&args.serve(places))?;
    say("1 of 3, the tools");
    setup::run(places, false)?;
    if is_whole(places) {
        // It was built before: cargo has most of it.
        say("2 and 3 of 3, the site anew");
        whole(places)?;
        return server.run();
    }
    say("2 of 3, the page and the engine for the CPU");
    first(places)?;
    thread::scope(|threads| {
        let served = threads.spawn(|| server.run());
        say("the page can be used; 3 of 3, the map and the engine for WebGPU, behind it");
        match whole(places) {
            Ok(()) => say("the whole site is built; reload the page and take the update it offers"),
            Err(error) => {
                crate::report(&error);
                if !is_whole(places) {
                    eprintln!(
                        "dist/ lacks {}; `cargo xtask build` builds it",
                        LATER.join(" and ")
                    );
                }
                if matches!(error, Error::Interrupted) {
                    // The server would go on for ever.
                    std::process::exit(i32::from(error.exit_code()));
                }
            }
        }
        served.join().unwrap_or(Ok(()))
    })
}

/// Returns true if `dist/` has every module.
fn is_whole(places: &Places) -> bool {
    let module = |name: &str| places.dist().join(format!("{name}_bg.wasm"));
    LATER.iter().all(|name| module(name).is_file())
}

/// Builds the whole site. What is slow and changes nothing, weighing it, comes last.
fn whole(places: &Places) -> Result<()> {
    build::trunk(places, None)?;
    finish_with_photographs(places)?;
    build::weigh(places, false)
}

/// Builds the site without the modules that come later.
fn first(places: &Places) -> Result<()> {
    let page = FirstPage::write(places)?;
    build::trunk(places, Some(&page.0))?;
    finish_with_photographs(places)
}

fn finish_with_photographs(places: &Places) -> Result<()> {
    photos::add(places, &places.dist())?;
    finish::run(&places.dist())
}

/// The page's source without the links to later modules; removed when it is dropped. It lies beside the whole one, whose
/// addresses are relative.
struct FirstPage(PathBuf);

impl FirstPage {
    fn write(places: &Places) -> Result<Self> {
        let whole = places.root().join("www/index.html");
        let html = fs::read_to_string(&whole).map_err(Error::io("read", &whole))?;
        let html = LATER
            .iter()
            .try_fold(html, |html, module| without(&html, module))
            .map_err(|what| Error::Content { path: whole, what })?;
        let first = Self(places.root().join("www/.first.html"));
        fs::write(&first.0, html).map_err(Error::io("write", &first.0))?;
        Ok(first)
    }
}

impl Drop for FirstPage {
    fn drop(&mut self) {
        // Git ignores it, and the next demo writes it anew.
        fs::remove_file(&self.0).ok();
    }
}

/// The page without the link that has Trunk build this module.
fn without(html: &str, module: &str) -> std::result::Result<String, String> {
    let missing = || format!("it has no link for {module}");
    let name = html
        .find(&format!("data-bin=\"{module}\""))
        .ok_or_else(missing)?;
    let start = html[..name].rfind("<link").ok_or_else(missing)?;
    let end = name + html[name..].find("/>").ok_or_else(missing)? + "/>".len();
    Ok(format!("{}{}", &html[..start], &html[end..]))
}

#[cfg(test)]
mod tests {
    use super::{LATER, without};

    #[test]
    fn one_module_is_left_out_and_nothing_else() {
        let html = "<link a />\n<link\n data-bin=\"one\" />\n<link data-bin=\"two\"\n />\n<p>x</p>";
        let left = without(html, "one").expect("it is there");
        assert_eq!(left, "<link a />\n\n<link data-bin=\"two\"\n />\n<p>x</p>");
        let error = without(html, "three").expect_err("no such module");
        assert!(error.contains("three"));
    }

    #[test]
    fn our_own_page_has_every_later_module() {
        let html = include_str!("../../../www/index.html");
        let modules = |html: &str| html.matches("data-bin=").count();
        for module in LATER {
            let left = without(html, module).expect("in our page");
            assert_eq!(modules(&left) + 1, modules(html));
            assert!(!left.contains(&format!("data-bin=\"{module}\"")));
        }
    }
}
