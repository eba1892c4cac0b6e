//! The store's entry point.

fn main() {
    modulens_app::store::run();
}
