//! Contact sheets of every variant, for the eye: `cargo test -p modulens-synth sheets -- --ignored`.
use super::style::*;
use resvg::tiny_skia::{Color, Pixmap, PixmapPaint, Transform};

fn base(style: &str) -> Drawing {
    let v: &[(&str, &str)] = match style {
        "lorelei" => &[("hair", "variant01"), ("head", "variant01"), ("eyes", "variant01"), ("eyebrows", "variant01"), ("nose", "variant01"), ("mouth", "happy01")],
        "open-peeps" => &[("head", "short1"), ("expression", "smile")],
        "voxel-art" => &[("outfit", "plain"), ("mouth", "smile"), ("eyes", "open"), ("eyebrows", "flat"), ("nose", "small"), ("top", "short")],
        _ => &[("hair", "short01"), ("eyes", "variant01"), ("mouth", "happy01"), ("clothes", "variant01")],
    };
    let c: &[(&str, &str)] = match style {
        "lorelei" => &[("hair", "#724133"), ("skin", "#f2c9a5"), ("outline", "#40241a"), ("eyebrows", "#40241a"), ("eyes", "#222222"), ("mouth", "#9c3b3b"), ("nose", "#40241a"), ("glasses", "#224466"), ("earrings", "#d4a017"), ("freckles", "#aa6644"), ("hairAccessories", "#cc4466")],
        "open-peeps" => &[("skin", "#edb98a"), ("clothing", "#8fa7df"), ("headContrast", "#b58143"), ("head/ink", "#724133"), ("facialHair/ink", "#724133"), ("ink", "#222222")],
        "voxel-art" => &[("skin", "#eab890"), ("hair", "#7b4a2d"), ("hat", "#8d95d6"), ("shirt", "#228be6"), ("pants", "#3b5b8c"), ("shoes", "#343a40"), ("jacket", "#f8f9fa")],
        _ => &[("skin", "#f5cfa0"), ("accessories", "#ffd700"), ("clothing", "#428bca"), ("eyes", "#5b7c8b"), ("glasses", "#191919"), ("hair", "#603015"), ("hat", "#2663a3"), ("mouth", "#c98276")],
    };
    Drawing {
        variants: v.iter().copied().collect(),
        colours: c.iter().map(|(a, b)| (*a, (*b).to_owned())).collect(),
        ..Default::default()
    }
}

pub(super) fn montage(tiles: &[Pixmap], columns: usize, path: &str) {
    let (w, h) = (tiles[0].width(), tiles[0].height());
    let rows = tiles.len().div_ceil(columns);
    let mut out = Pixmap::new((w + 2) * columns as u32, (h + 2) * rows as u32).unwrap();
    out.fill(Color::WHITE);
    for (i, tile) in tiles.iter().enumerate() {
        let (x, y) = ((i % columns) as i32 * (w as i32 + 2), (i / columns) as i32 * (h as i32 + 2));
        out.draw_pixmap(x, y, tile.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
    }
    out.save_png(path).unwrap();
}

#[test]
#[ignore = "writes pictures to look at"]
fn variants() {
    for name in ["lorelei", "open-peeps", "voxel-art", "pixel-art"] {
        let style = Style::load(name).unwrap();
        let crop = if name == "voxel-art" { [18.0, 0.0, 92.0, 112.7] } else { let (w, h) = style.canvas(); [0.0, 0.0, w, h] };
        for slot in ["hair", "head", "eyes", "eyebrows", "nose", "mouth", "beard", "glasses", "earrings", "hairAccessories", "freckles", "expression", "facialHair", "accessories", "mask", "outfit", "cheeks", "top", "hat", "clothes"] {
            let mut tiles = Vec::new();
            for v in style.variants(slot) {
                let mut d = base(name);
                d.variants.insert(Box::leak(slot.to_owned().into_boxed_str()), Box::leak(v.to_owned().into_boxed_str()));
                let svg = style.svg(&d, crop).unwrap();
                let tree = resvg::usvg::Tree::from_str(&svg, &Default::default()).unwrap();
                let s = 128.0 / tree.size().width();
                let mut p = Pixmap::new(128, 150).unwrap();
                p.fill(Color::from_rgba8(210, 222, 235, 255));
                resvg::render(&tree, Transform::from_scale(s, s), &mut p.as_mut());
                tiles.push(p);
            }
            if !tiles.is_empty() { montage(&tiles, 10, &format!("/tmp/sheets/{name}-{slot}.png")); }
        }
    }
}

#[test]
#[ignore = "writes pictures to look at"]
fn everyone() {
    use super::labels::person_layer;
    use super::person::*;
    use super::styles::TABLES;
    use super::*;
    for (i, table) in TABLES.iter().enumerate() {
        let style = Style::load(table.style).unwrap();
        let mut tiles = Vec::new();
        let mut n = 0;
        while tiles.len() < 60 {
            n += 1;
            let person = Person::draw(&mut generator(5, "p", n));
            if person.style != i { continue; }
            let look = Look::draw(&mut generator(5, "l", n), &person);
            let scene = Scene::draw(5, n);
            let layer = person_layer(&style, &person.drawing(&look), scene.place(table), WIDTH, HEIGHT).unwrap();
            let rgb = scene.compose(&layer).unwrap();
            let mut p = Pixmap::new(WIDTH, HEIGHT).unwrap();
            for (d, s) in p.data_mut().chunks_mut(4).zip(rgb.chunks(3)) { d[..3].copy_from_slice(s); d[3] = 255; }
            tiles.push(p);
        }
        montage(&tiles, 10, &format!("/tmp/sheets/all-{}.png", table.style));
    }
}

#[test]
#[ignore = "writes pictures to look at"]
fn lorelei_heads() {
    use super::labels::person_layer;
    use super::person::*;
    use super::styles::TABLES;
    use super::*;
    let table = &TABLES[0];
    let style = Style::load(table.style).unwrap();
    let mut tiles = Vec::new();
    let person = (0..).map(|n| Person::draw(&mut generator(5, "p", n))).find(|p| p.style == 0 && p.tone == super::palette::Tone::Pale).unwrap();
    for beard in [None, Some(0), Some(1), Some(2), Some(3)] {
        for head in ["variant01", "variant02", "variant03", "variant04"] {
            let mut look = Look::draw(&mut generator(5, "l", 0), &person);
            look.beard = beard; look.hat = None; look.glasses = None; look.collar = false; look.tie = false; look.blush = beard.is_none();
            let mut d = person.drawing(&look);
            d.variants.insert("head", head); d.variants.insert("hair", "variant01");
            let place = Transform::from_translate(-495.0, -545.0).post_scale(0.3, 0.3).post_translate(120.0, 130.0);
            let layer = person_layer(&style, &d, place, 240, 260).unwrap();
            let mut p = Pixmap::new(240, 260).unwrap();
            p.fill(Color::from_rgba8(200, 210, 220, 255));
            p.draw_pixmap(0, 0, layer.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
            tiles.push(p);
        }
    }
    montage(&tiles, 8, "/tmp/sheets/heads.png");
}
