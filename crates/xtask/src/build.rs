//! Building the static site.

use std::path::Path;

use crate::{
    child::Run,
    cli::BuildArgs,
    error::{Error, Result},
    finish,
    places::Places,
    sizes::Sizes,
};

/// Builds the site into `dist/`, weighs it and checks the budget.
pub(crate) fn run(places: &Places, args: &BuildArgs) -> Result<()> {
    if !args.weigh_only {
        trunk(places, None)?;
        finish::run(&places.dist())?;
    }
    weigh(places, args.json)
}

/// Weighs the site in `dist/` and checks the budget.
///
/// # Errors
/// There is none, or it is over the budget.
pub(crate) fn weigh(places: &Places, json: bool) -> Result<()> {
    let dist = places.dist();
    if !dist.join("index.html").is_file() {
        return Err(Error::Missing {
            what: format!("{}", dist.join("index.html").display()),
            what_to_do: "build the site with `cargo xtask build`",
        });
    }
    let sizes = Sizes::weigh(&dist)?;
    if json {
        println!("{}", sizes.json());
    } else {
        sizes.print();
    }
    sizes.check()
}

/// Has Trunk build `dist/` from `www/index.html`, or from another page beside it.
///
/// # Errors
/// Trunk cannot be started, or fails; its own words are above.
pub(crate) fn trunk(places: &Places, page: Option<&Path>) -> Result<()> {
    let galleries = places.root().join("www/galleries/index.json");
    if !galleries.is_file() {
        eprintln!(
            "note: {} is not there, so the site will have no gallery; `cargo xtask assets` makes the default ones",
            galleries.display()
        );
    }
    // Trunk reads NO_COLOR as an option of its own and refuses the usual value 1.
    Run::new(places, "trunk")
        .words("build --release=true")
        .args(page)
        .env_remove("NO_COLOR")
        .run()
}
