//! Prints the faces of all images of a folder as a table.

use std::error::Error;
use std::time::Instant;

use modulens_dataset::decode;
use modulens_faces::{Detector, RgbView, WEIGHTS};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: measure DIR")?;
    let detector = Detector::new(WEIGHTS)?;
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    paths.sort_by_key(std::fs::DirEntry::file_name);
    let every: usize = std::env::args()
        .nth(2)
        .map_or(Ok(1), |every| every.parse())?;
    for path in paths.iter().step_by(every) {
        let image = decode(&std::fs::read(path.path())?)?;
        let (width, height) = image.dimensions();
        let view = RgbView::new(&image, width, height)?;
        let start = Instant::now();
        let faces = detector.detect(&view);
        let ms = start.elapsed().as_secs_f64() * 1000.0;
        let name = path.file_name();
        let name = name.to_string_lossy();
        println!("image,{name},{width},{height},{},{ms:.1}", faces.len());
        for face in faces {
            let b = face.bounds;
            print!(
                "face,{name},{:.3},{:.2},{:.2},{:.2},{:.2}",
                face.score, b.left, b.top, b.width, b.height
            );
            for p in face.points {
                print!(",{:.2},{:.2}", p.x, p.y);
            }
            println!();
        }
    }
    Ok(())
}
