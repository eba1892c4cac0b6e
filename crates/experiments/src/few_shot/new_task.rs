//! The parameters that a new task adds to a network that stays unchanged.

use modulens_schema::FoldedTail;

/// A task that was fitted to a tail: its vectors, and the rows of the shared layer that it alone looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTask {
    /// `[C]`, on the features; not negative.
    pub feature_scale: Vec<f32>,
    /// `[D]`, on the embedding that is there; not negative.
    pub embedding_scale: Vec<f32>,
    /// `[K, C]`: rows that are added to the shared layer. No other task sees them.
    pub rows: Vec<f32>,
    /// `[K]`: their biases.
    pub biases: Vec<f32>,
}

impl NewTask {
    /// The mean of a network's own tasks: what a task is seen through that nobody has fitted.
    pub fn mean(tail: &FoldedTail) -> Self {
        Self {
            feature_scale: mean_row(&tail.feature_scale, tail.channels),
            embedding_scale: mean_row(&tail.embedding_scale, tail.embedding),
            rows: Vec::new(),
            biases: Vec::new(),
        }
    }

    /// The tail of a network that has this task alone.
    pub fn alone(&self, of: &FoldedTail) -> FoldedTail {
        self.tail(of, 0)
    }

    /// The tail of the same network with this task behind its own, whose embeddings only grow by zeros: every ranking
    /// stays what it was.
    pub fn added_to(&self, of: &FoldedTail) -> FoldedTail {
        self.tail(of, of.tasks)
    }

    /// The tail of the first `kept` tasks and this one.
    fn tail(&self, of: &FoldedTail, kept: usize) -> FoldedTail {
        let own = self.biases.len();
        let mut feature_scale = of.feature_scale[..kept * of.channels].to_vec();
        feature_scale.extend(&self.feature_scale);
        let mut embedding_scale = Vec::new();
        for scales in of.embedding_scale.chunks_exact(of.embedding).take(kept) {
            embedding_scale.extend(scales);
            embedding_scale.extend(std::iter::repeat_n(0.0, own));
        }
        embedding_scale.extend(&self.embedding_scale);
        embedding_scale.extend(std::iter::repeat_n(1.0, own));
        FoldedTail {
            tasks: kept + 1,
            channels: of.channels,
            embedding: of.embedding + own,
            rectified: of.rectified,
            feature_scale,
            weight: [&of.weight[..], &self.rows].concat(),
            bias: [&of.bias[..], &self.biases].concat(),
            embedding_scale,
        }
    }
}

fn mean_row(rows: &[f32], length: usize) -> Vec<f32> {
    let count = (rows.len() / length.max(1)).max(1) as f32;
    (0..length)
        .map(|column| rows.iter().skip(column).step_by(length).sum::<f32>() / count)
        .collect()
}

#[cfg(test)]
mod tests {
    use modulens_retrieval::Tail;

    use super::*;

    #[test]
    fn the_tasks_that_were_there_stay_what_they_were() {
        let tail = FoldedTail {
            tasks: 2,
            channels: 2,
            embedding: 3,
            rectified: false,
            feature_scale: vec![1.0, 0.5, 0.2, 1.0],
            weight: vec![1.0, 2.0, -1.0, 0.5, 0.3, 0.3],
            bias: vec![0.1, 0.2, 0.3],
            embedding_scale: vec![1.0, 0.0, 0.5, 0.2, 1.0, 0.0],
        };
        let new = NewTask {
            feature_scale: vec![1.0, 1.0],
            embedding_scale: vec![0.0; 3],
            rows: vec![1.0, 0.0, 0.0, 1.0],
            biases: vec![0.0, 0.0],
        };
        let grown = new.added_to(&tail);
        grown.validate().expect("fits together");
        assert_eq!((grown.tasks, grown.embedding), (3, 5));
        let features = [0.6, 0.8];
        let embed = |tail: &FoldedTail, task: usize| {
            let mut row = vec![0.0; tail.embedding];
            let tail = Tail::new(tail.clone()).expect("a tail");
            tail.embed_rows(&features, task, &mut row).expect("embeds");
            row
        };
        for task in 0..2 {
            let after = embed(&grown, task);
            assert_eq!(embed(&tail, task), after[..3], "task {task}");
            assert_eq!(after[3..], [0.0, 0.0]);
        }
        assert_eq!(embed(&grown, 2)[..3], [0.0; 3]);
        assert!((embed(&grown, 2)[3] - 0.6).abs() < 1e-6);
        assert_eq!(embed(&new.alone(&tail), 0), embed(&grown, 2));
    }
}
