//! `trainer completions` and `trainer man`: the command line for shells and for `man`.

use std::fs;
use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_complete::Shell;
use modulens_training::error::TrainerError;
use modulens_training::output::print_part;

use crate::cli::Cli;

/// Arguments of `trainer completions`.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

/// Arguments of `trainer man`.
#[derive(Clone, Debug, clap::Args)]
pub struct ManArgs {
    /// The folder, which is made if it is not there; older pages in it are replaced.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints the script that completes commands and options in a shell.
///
/// # Errors
/// Standard output takes nothing.
pub fn completions(args: &CompletionsArgs) -> Result<(), TrainerError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "trainer", &mut script);
    print_part(&String::from_utf8_lossy(&script)).map(drop)
}

/// Writes a page for `trainer` and for every command, in section 1 of the manual.
///
/// # Errors
/// A folder that cannot be written.
pub fn man(args: &ManArgs) -> Result<(), TrainerError> {
    let folder = &args.folder;
    fs::create_dir_all(folder).map_err(TrainerError::io("make the folder", folder))?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(TrainerError::io("write to", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_that_names_its_options() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let folder = dir.path().join("man1");
        man(&ManArgs {
            folder: folder.clone(),
        })
        .expect("writes");
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            let page = fs::read_to_string(folder.join(format!("trainer-{name}.1"))).expect(name);
            // Hyphens are escaped, so that they are no dashes.
            let shown = command
                .get_arguments()
                .filter(|option| !option.is_hide_set());
            for option in shown.filter_map(clap::Arg::get_long) {
                let told = format!(r"\-\-{}", option.replace('-', r"\-"));
                assert!(page.contains(&told), "{name}: {told}");
            }
        }
    }
}
