//! The page's entry point.

fn main() {
    modulens_app::page::mount();
}
