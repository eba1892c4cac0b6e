//! A tree over coordinates of images: those near a point are found without looking at all.
//!
//! Each node knows the box that its images lie in, and halves it along the longest side.

use wide::f32x8;

use super::Work;

/// Coordinates of an image.
pub(super) const AXES: usize = 16;
pub(super) type Coordinates = [f32; AXES];

/// Images that are not divided further.
const LEAF: usize = 24;
/// Squared distances of coordinates are taken to be this much less, for their rounding.
const ROUNDING: f32 = 0.999;

/// Nodes in preorder, and images in the order of the leaves.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    images: Vec<u32>,
    /// By the order of the leaves.
    coordinates: Vec<Coordinates>,
}

#[derive(Clone, Debug)]
struct Node {
    low: Coordinates,
    high: Coordinates,
    /// The first of its images, and the end of them; an empty range for a node with children.
    start: u32,
    end: u32,
    /// The node after all below it.
    next: u32,
}

/// A tree that is being made.
#[derive(Clone, Debug)]
pub(super) struct Growing {
    tree: Tree,
    open: Vec<Open>,
}

#[derive(Clone, Copy, Debug)]
enum Open {
    Split(usize, usize),
    Close(usize),
}

impl Tree {
    /// Begins a tree over the images that are in no tree yet, up to an end. Smaller trees at the end of the list are taken
    /// in, so that there are ever only a few.
    pub(super) fn grow(trees: &mut Vec<Self>, end: usize) -> Growing {
        let planted: usize = trees.iter().map(|tree| tree.images.len()).sum();
        let mut images: Vec<u32> = (planted as u32..end as u32).collect();
        while let Some(last) = trees.pop_if(|last| last.images.len() <= 2 * images.len()) {
            images.extend(last.images);
        }
        Growing {
            open: vec![Open::Split(0, images.len())],
            tree: Self {
                images,
                ..Self::default()
            },
        }
    }

    /// Shows all images whose coordinates are within a limit of a point, and some others. `see` returns the limit, squared,
    /// for those that follow; it may be lower.
    pub(super) fn visit(
        &self,
        point: &Coordinates,
        mut limit: f32,
        work: &mut Work,
        mut see: impl FnMut(usize, &mut Work) -> f32,
    ) {
        let at = halves(point);
        let mut place = 0;
        while let Some(node) = self.nodes.get(place) {
            work.take(AXES);
            if apart(at, node) > limit {
                place = node.next as usize;
                continue;
            }
            for image in node.start as usize..node.end as usize {
                let (a, b) = halves(&self.coordinates[image]);
                if squares(at.0 - a, at.1 - b) <= limit {
                    limit = see(self.images[image] as usize, work);
                }
            }
            work.take((node.end - node.start) as usize * AXES);
            place += 1;
        }
    }
}

impl Growing {
    /// Makes a node. Returns the tree once it is whole.
    pub(super) fn step(&mut self, all: &[Coordinates], work: &mut Work) -> Option<Tree> {
        let tree = &mut self.tree;
        match self.open.pop() {
            None => return Some(std::mem::take(tree)),
            Some(Open::Close(node)) => tree.nodes[node].next = tree.nodes.len() as u32,
            Some(Open::Split(start, end)) if start < end => {
                work.take((end - start) * AXES);
                let of = |image: &u32| all[*image as usize];
                let images = &mut tree.images[start..end];
                let (mut low, mut high) = ([f32::INFINITY; AXES], [f32::NEG_INFINITY; AXES]);
                for at in images.iter().map(of) {
                    low = std::array::from_fn(|axis| low[axis].min(at[axis]));
                    high = std::array::from_fn(|axis| high[axis].max(at[axis]));
                }
                let wide = |axis: &usize| high[*axis] - low[*axis];
                let widest = (0..AXES).max_by(|a, b| wide(a).total_cmp(&wide(b)));
                let axis = widest.unwrap_or_default();
                let middle = low[axis].midpoint(high[axis]);
                let mut half = 0;
                if images.len() > LEAF {
                    for at in 0..images.len() {
                        if of(&images[at])[axis] < middle {
                            images.swap(at, half);
                            half += 1;
                        }
                    }
                }
                // Equal images are one leaf, however many.
                let is_leaf = half == 0;
                let node = tree.nodes.len();
                tree.nodes.push(Node {
                    low,
                    high,
                    start: start as u32,
                    end: if is_leaf { end } else { start } as u32,
                    next: node as u32 + 1,
                });
                if is_leaf {
                    tree.coordinates.extend(images.iter().map(of));
                    return None;
                }
                self.open.push(Open::Close(node));
                self.open.push(Open::Split(start + half, end));
                self.open.push(Open::Split(start, start + half));
            }
            Some(Open::Split(..)) => {}
        }
        None
    }
}

fn halves(at: &Coordinates) -> (f32x8, f32x8) {
    let &[a, b, c, d, e, f, g, h, ref rest @ ..] = at;
    (f32x8::new([a, b, c, d, e, f, g, h]), f32x8::new(*rest))
}

fn squares(a: f32x8, b: f32x8) -> f32 {
    (a * a + b * b).reduce_add() * ROUNDING
}

/// The squared distance of a point to the box of a node.
fn apart(at: (f32x8, f32x8), node: &Node) -> f32 {
    let (low, high) = (halves(&node.low), halves(&node.high));
    let out =
        |at: f32x8, low: f32x8, high: f32x8| (low - at).fast_max(at - high).fast_max(f32x8::ZERO);
    squares(out(at.0, low.0, high.0), out(at.1, low.1, high.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    #[test]
    fn trees_show_all_that_is_near() {
        let mut random = Random::new(3);
        let draw =
            |_: usize| std::array::from_fn(|axis| random.unit() * if axis < 3 { 4.0 } else { 1.0 });
        let all: Vec<Coordinates> = (0..700).map(draw).collect();
        let mut trees = Vec::new();
        for end in [0, 1, 300, 301, 330, 500, 699, 700] {
            let mut growing = Tree::grow(&mut trees, end);
            let tree = loop {
                if let Some(tree) = growing.step(&all, &mut Work(0)) {
                    break tree;
                }
            };
            trees.push(tree);
            let mut kept: Vec<u32> = trees.iter().flat_map(|tree| tree.images.clone()).collect();
            kept.sort_unstable();
            assert_eq!(kept, (0..end as u32).collect::<Vec<u32>>());
        }
        assert!(trees.len() < 4);
        let (mut shown, mut near) = (0, 0);
        for (image, point) in all.iter().enumerate().step_by(7) {
            let mut seen = Vec::new();
            for tree in &trees {
                tree.visit(point, 1.0, &mut Work(0), |image, _| {
                    seen.push(image);
                    1.0
                });
            }
            for (other, at) in all.iter().enumerate() {
                let squared: f32 = at.iter().zip(point).map(|(a, b)| (a - b).powi(2)).sum();
                assert!(squared > 1.0 || seen.contains(&other), "{image} {other}");
                near += usize::from(squared <= 1.0);
            }
            shown += seen.len();
        }
        assert!(shown < near + near / 10, "{shown} shown of {near} near");
    }
}
