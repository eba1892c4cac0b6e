//! The entry point of the worker that lays out images.

fn main() {
    modulens_app::map::run();
}
