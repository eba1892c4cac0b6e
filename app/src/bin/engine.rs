//! The engine's entry point; built twice, for the CPU and for WebGPU.

fn main() {
    modulens_app::engine::run();
}
