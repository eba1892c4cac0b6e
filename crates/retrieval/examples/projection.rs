//! Measures the map of a gallery's images: seconds, and how many of the nearest neighbours the plane keeps, against the
//! two principal components alone.
//!
//! `cargo run --release -p modulens-retrieval --example projection -- www/galleries/faces Smiling`

use std::error::Error;
use std::time::Instant;

use modulens_bundle::Bundle;
use modulens_retrieval::Tail;
use modulens_retrieval::projection::{Projection, kept_neighbours};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (folder, tasks) = args.split_first().ok_or("which bundle, and which tasks?")?;
    let bundle = Bundle::open(folder)?;
    let tail = Tail::new(
        bundle
            .tail
            .clone()
            .ok_or("the network has no folded tail")?,
    )?;
    println!("| task | images | seconds | neighbours kept | principal components keep |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for name in tasks {
        let mut known = bundle.manifest.tasks.iter();
        let task = known.position(|task| task.name == *name);
        let embeddings = tail.embed_all(&bundle.features, task.ok_or("no such task")?)?;
        let started = Instant::now();
        let mut projection = Projection::new(&embeddings, &[]);
        let principal = kept_neighbours(&embeddings, &projection.points());
        while projection.step() {}
        let seconds = started.elapsed().as_secs_f32();
        let kept = kept_neighbours(&embeddings, &projection.points());
        println!(
            "| {name} | {} | {seconds:.1} | {:.1} % | {:.1} % |",
            embeddings.rows(),
            100.0 * kept,
            100.0 * principal,
        );
    }
    Ok(())
}
