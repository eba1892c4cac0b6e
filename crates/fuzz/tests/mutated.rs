//! Every target with its seeds and with mutations of them, the same ones on every machine.

use std::fs;
use std::path::Path;

use modulens_fuzz::TARGETS;
use modulens_retrieval::Random;

/// Mutations of all seeds of a target.
const MUTATIONS: usize = 3000;

/// The largest numbers, and those around zero, that sizes and offsets are broken with.
const EXTREMES: [u8; 4] = [0x00, 0x01, 0x7f, 0xff];

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(name);
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read(path).expect("a seed"))
        .collect()
}

/// One to four changes: a bit, a byte or four of one value, a part left out, doubled, or taken from another seed.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    for _ in 0..=random.below(4) {
        let length = bytes.len();
        if length == 0 {
            return;
        }
        let at = random.below(length);
        let end = (at + 1 + random.below(16)).min(length);
        match random.below(6) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.below(256) as u8,
            2 => bytes[at..end.min(at + 4)].fill(EXTREMES[random.below(4)]),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            _ => {
                let from = random.below(other.len().max(1));
                let to = (from + 16).min(other.len());
                bytes.splice(at..end, other[from.min(to)..to].iter().copied());
            }
        }
    }
}

#[test]
fn no_reader_panics_or_contradicts_itself() {
    for (place, target) in TARGETS.iter().enumerate() {
        let seeds = seeds(target.name);
        for (index, seed) in seeds.iter().enumerate() {
            let accepted = (target.run)(seed);
            assert!(index > 0 || accepted, "{}: the first seed", target.name);
        }
        let mut random = Random::new(place as u64 + 1);
        let mut accepted = 0;
        for _ in 0..MUTATIONS {
            let mut bytes = seeds[random.below(seeds.len())].clone();
            mutate(&mut bytes, &seeds[random.below(seeds.len())], &mut random);
            accepted += usize::from((target.run)(&bytes));
        }
        println!(
            "{}: {accepted} of {MUTATIONS} mutations accepted",
            target.name
        );
        // Mutations that all end at the first check would try nothing.
        assert!(accepted > 0, "{}: no mutation was accepted", target.name);
    }
}
