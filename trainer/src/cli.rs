//! The command line's shape.

use clap::{Parser, Subcommand};

/// Train one network for many notions of similarity, and search with it.
#[derive(Debug, Parser)]
#[command(name = "trainer", version, propagate_version = true)]
pub struct Cli {
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Draw one of the two default galleries in its dataset's official on-disk format.
    Synth(crate::synth::Args),
    /// Train a network from a configuration file.
    Train(crate::train::Args),
    /// Measure a trained network on a split it was not trained on.
    Eval(modulens_training::eval::Args),
    /// Train several methods under one protocol and put their figures side by side.
    Compare(modulens_experiments::compare::Args),
    /// Write a comparison as a page and as Markdown.
    Report(modulens_experiments::report::Args),
    /// Measure a task that a network was not trained for, from a few labelled pictures.
    FewShot(modulens_experiments::few_shot::Args),
    /// Give a bundle one more task, from a few labelled pictures of it.
    AddTask(crate::add_task::Args),
    /// Write the bundle that the site loads, or the weights alone.
    Export(crate::export::Args),
    /// Describe the training features of a bundle, so that images of another kind are told.
    Domain(modulens_training::domain::Args),
    /// Make a gallery of any images, by the network of a bundle.
    Gallery(crate::gallery::Args),
    /// Predict the tasks' values for images, by the network of a bundle.
    Predict(crate::predict::Args),
    /// Search a bundle in the terminal.
    Search(crate::search::Args),
    /// Say what a run, a bundle or a dataset holds.
    Info(crate::info::Args),
    /// Print the completions of a shell: `trainer completions bash > /etc/bash_completion.d/trainer`.
    Completions(crate::manual::CompletionsArgs),
    /// Write the manual, a page for every command: `trainer man /usr/local/share/man/man1`.
    Man(crate::manual::ManArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
