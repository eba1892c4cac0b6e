//! The nearest by codes are those of a scan of all, bit for bit.

use modulens_retrieval::{CodedEmbeddings, Embeddings, Random, Ranked, top_k, top_k_where};

fn normal(random: &mut Random) -> f32 {
    (0..12).map(|_| random.unit()).sum::<f32>() - 6.0
}

fn unit(row: &mut [f32]) {
    let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
    row.iter_mut().for_each(|x| *x /= length);
}

fn random_rows(random: &mut Random, rows: usize, dim: usize) -> Vec<f32> {
    let mut data: Vec<f32> = (0..rows * dim).map(|_| normal(random)).collect();
    data.chunks_exact_mut(dim).for_each(unit);
    data
}

/// Rows around a few centres, at a distance of about `spread`.
fn clusters(random: &mut Random, rows: usize, dim: usize, spread: f32) -> Vec<f32> {
    let centres = random_rows(random, 1 + rows / 100, dim);
    let mut data = Vec::with_capacity(rows * dim);
    for _ in 0..rows {
        let centre = random.below(centres.len() / dim) * dim;
        data.extend((centre..centre + dim).map(|at| centres[at] + spread * normal(random)));
    }
    data.chunks_exact_mut(dim).for_each(unit);
    data
}

/// Two rankings that agree in everything, the bits of NaN and of minus zero too.
fn assert_same(found: &[Ranked], expected: &[Ranked], about: &str) {
    let bits = |ranked: &[Ranked]| -> Vec<(usize, u32)> {
        let bits = |ranked: &Ranked| (ranked.index, ranked.score.to_bits());
        ranked.iter().map(bits).collect()
    };
    assert_eq!(bits(found), bits(expected), "{about}");
}

/// Asks a table for its nearest in many ways.
fn check(dim: usize, data: Vec<f32>, queries: &[Vec<f32>], about: &str) {
    let rows = data.len() / dim;
    let table = Embeddings::from_unit_rows(rows, dim, data).expect("finite");
    let mut coded = CodedEmbeddings::from(table.clone());
    for (number, query) in queries.iter().enumerate() {
        let cosines = table.cosines(query).expect("fits");
        for k in [
            0,
            1,
            2,
            7,
            50,
            rows / 9,
            rows / 2,
            rows,
            rows + 5,
            usize::MAX,
        ] {
            let about = format!("{about}, {rows} x {dim}, query {number}, k {k}");
            let found = coded.nearest(query, k, |_| true).expect("fits");
            assert_same(&found, &top_k(&cosines, k), &about);
            for every in [2, 37, rows + 1] {
                let keep = |index: usize| index % every == 1;
                let found = coded.nearest(query, k, keep).expect("fits");
                let expected = top_k_where(&cosines, k, keep);
                assert_same(&found, &expected, &format!("{about}, one in {every}"));
            }
        }
    }
}

/// Some queries: rows of the table, other unit vectors, and what is no unit vector.
fn queries(random: &mut Random, data: &[f32], dim: usize) -> Vec<Vec<f32>> {
    let mut queries: Vec<Vec<f32>> = data
        .chunks_exact(dim)
        .step_by(997)
        .map(<[f32]>::to_vec)
        .collect();
    queries.extend(
        random_rows(random, 3, dim)
            .chunks_exact(dim)
            .map(<[f32]>::to_vec),
    );
    let scaled = |by: f32| queries[0].iter().map(|x| x * by).collect::<Vec<f32>>();
    let odd = [1e-4, -30.0, 1e-13, 1e-38, 1e13, 1e38].map(scaled);
    queries.extend(odd);
    queries.push(vec![0.0; dim]);
    queries.push((0..dim).map(|at| f32::from(at == dim / 2)).collect());
    for bad in [f32::NAN, f32::INFINITY] {
        queries.push((0..dim).map(|at| if at == 0 { bad } else { 0.1 }).collect());
    }
    queries
}

#[test]
fn random_and_clustered_tables_of_any_shape() {
    let mut random = Random::new(5);
    for dim in [1, 2, 3, 7, 8, 15, 16, 33, 64, 128, 130] {
        for rows in [1, 15, 16, 17, 400, 2003] {
            let data = random_rows(&mut random, rows, dim);
            let asked = queries(&mut random, &data, dim);
            check(dim, data, &asked, "random");
            for spread in [0.06, 1e-3, 1e-7] {
                let data = clusters(&mut random, rows, dim, spread);
                let asked = queries(&mut random, &data, dim);
                check(dim, data, &asked, &format!("spread {spread}"));
            }
        }
    }
}

#[test]
fn a_large_table() {
    let mut random = Random::new(6);
    let data = clusters(&mut random, 30_011, 64, 0.09);
    let asked = queries(&mut random, &data, 64);
    check(64, data, &asked, "large");
}

#[test]
fn tables_full_of_ties() {
    let mut random = Random::new(7);
    let (rows, dim) = (1500, 20);
    let few = random_rows(&mut random, 5, dim);
    let mut tables = vec![
        ("zero", vec![0.0; rows * dim]),
        ("constant", few[..dim].repeat(rows)),
        ("copies", few.repeat(rows / 5)),
    ];
    let signs = (0..rows * dim).map(|_| if random.below(2) == 0 { 0.5 } else { -0.5 });
    tables.push(("signs", signs.collect()));
    let steps = (0..rows * dim).map(|at| f32::from(at % dim == at / dim % dim));
    tables.push(("axes", steps.collect()));
    for (name, data) in tables {
        let asked = queries(&mut random, &data, dim);
        check(dim, data, &asked, name);
    }
}

#[test]
fn the_best_last_so_that_nothing_can_be_passed_over() {
    let (rows, dim) = (3000, 24);
    let mut data = vec![0.0; rows * dim];
    for (index, row) in data.chunks_exact_mut(dim).enumerate() {
        row[0] = index as f32;
        row[1] = rows as f32;
        unit(row);
    }
    let mut query = vec![0.0; dim];
    query[0] = 1.0;
    check(dim, data, &[query], "ascending");
}

#[test]
fn tables_that_are_no_unit_vectors() {
    let mut random = Random::new(9);
    let dim = 12;
    for exponents in [8, 40, 76] {
        let mut data = random_rows(&mut random, 1200, dim);
        for row in data.chunks_exact_mut(dim) {
            let scale = 10.0_f32.powi(random.below(exponents) as i32 - exponents as i32 / 2);
            row.iter_mut().for_each(|x| *x *= scale);
        }
        let asked = queries(&mut random, &data, dim);
        check(dim, data, &asked, &format!("{exponents} exponents"));
    }
}

#[test]
fn a_table_without_rows_or_numbers_ranks_nothing() {
    for (rows, dim) in [(0, 4), (0, 0), (9, 0)] {
        let table = Embeddings::from_unit_rows(rows, dim, Vec::new()).expect("fits");
        let mut coded = CodedEmbeddings::from(table);
        let query = vec![1.0; dim];
        assert_eq!(coded.nearest(&query, 1, |_| true), Ok(Vec::new()));
        assert!(coded.nearest(&[1.0; 5], 1, |_| true).is_err());
    }
}
