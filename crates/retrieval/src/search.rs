//! A search: from a query to a ranking, in slices if need be.

use crate::directions::Directions;
use crate::names;
use crate::query::Clause;
use crate::score::combine;
use crate::{
    Gallery, MatchMask, Need, Query, Ranked, RetrievalError, Subject, rank_all, top_k_where,
};

/// Images that are scored by numbers that are there in the time that one is embedded, about.
const SCORED: usize = 64;

/// The images in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// All results, in the order of the query: the best first, if it names no other.
    pub order: Vec<Ranked>,
    /// The score of every image, by its index; results or not.
    pub scores: Vec<f32>,
    /// The scores of every image for each clause of the query, `[clauses][N]`: the reasons for the total.
    pub clauses: Vec<Vec<f32>>,
    /// Results of which each value asked for is more likely true than not; absent where no value was.
    pub matches: Option<usize>,
    /// Images that filters or the least score keep from being results.
    pub left_out: usize,
    /// The images that have what is asked, task by task.
    pub mask: MatchMask,
    /// True where there was a clause to rank by.
    pub scored: bool,
}

impl Ranking {
    /// The score of one image for every clause; empty where there is no such image.
    pub fn clause_scores(&self, image: usize) -> Vec<f32> {
        let scores = self.clauses.iter();
        scores
            .filter_map(|scores| scores.get(image).copied())
            .collect()
    }
}

/// State of a search after a slice of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Progress {
    /// More slices are needed.
    Working,
    /// All is computed; what is left takes a moment.
    Done,
}

/// A query being answered.
///
/// Each clause is scored as soon as its numbers are there, so that the embeddings of many tasks may drive one another
/// out of the gallery's cache. The gallery must not change between slices, except by growing.
#[derive(Debug)]
pub struct Search<'a> {
    query: &'a Query,
    /// The scores of the first clauses.
    clauses: Vec<Vec<f32>>,
    /// Number of tasks of the next clause that are scored, and the sum of what they give. Along directions all tasks are
    /// scored at once, and the sums are those of the first images.
    next: (usize, Vec<f32>),
    /// The directions of the next clause, once they are computed; `None` inside where it has none.
    directions: Option<Option<Directions>>,
}

impl<'a> Search<'a> {
    /// Begins to answer a query.
    pub fn new(query: &'a Query) -> Self {
        Self {
            query,
            clauses: Vec::new(),
            next: (0, Vec::new()),
            directions: None,
        }
    }

    /// Computes what about so many images take to be embedded; with 0 nothing.
    ///
    /// # Errors
    /// A query that does not fit the gallery, or features that give embeddings that are not finite.
    pub fn advance(
        &mut self,
        gallery: &mut Gallery,
        images: usize,
    ) -> Result<Progress, RetrievalError> {
        self.query.check(gallery)?;
        let count = gallery.images();
        // Scores of a gallery that has grown since are incomplete.
        let stale = self.clauses.iter().any(|scores| scores.len() != count);
        if stale || self.next.1.len() > count {
            self.clauses.clear();
            self.next = (0, Vec::new());
            self.directions = None;
        }
        let mut budget = images;
        while let Some(clause) = self.query.all.get(self.clauses.len()) {
            if let Some(known) = gallery.known_scores(clause) {
                self.clauses.push(known);
                self.next = (0, Vec::new());
                self.directions = None;
                continue;
            }
            let directions = match self.directions.take() {
                Some(known) => known,
                None => gallery.directions(clause)?,
            };
            let done = match &directions {
                Some(directions) => self.along(directions, gallery, &mut budget)?,
                None => self.by_task(clause, gallery, &mut budget)?,
            };
            if !done {
                self.directions = Some(directions);
                return Ok(Progress::Working);
            }
            let (_, sums) = std::mem::take(&mut self.next);
            let scores = gallery.score(clause, sums);
            gallery.keep_scores(clause, &scores);
            self.clauses.push(scores);
        }
        let limits = self.query.limits.iter().map(|limit| limit.task);
        let disagree = self.query.disagree.iter().copied();
        for task in limits.chain(disagree).chain(self.query.sorted_by()) {
            if !prepare(gallery, task, Need::Probabilities, &mut budget)? {
                return Ok(Progress::Working);
            }
        }
        Ok(Progress::Done)
    }

    /// Scores images for the next clause along its directions; true once all are.
    fn along(
        &mut self,
        directions: &Directions,
        gallery: &mut Gallery,
        budget: &mut usize,
    ) -> Result<bool, RetrievalError> {
        let tasks = directions.tasks();
        let products = tasks.len();
        for task in tasks {
            if !prepare(gallery, task, Need::Similarity, budget)? {
                return Ok(false);
            }
        }
        // An image is embedded by a product per number of its embedding, and scored by one per task.
        let each = (gallery.tail().embedding() / products.max(1)).max(1);
        let (_, sums) = &mut self.next;
        let before = sums.len();
        gallery.add_cosines(directions, budget.saturating_mul(each), sums);
        *budget = budget.saturating_sub((sums.len() - before).div_ceil(each));
        Ok(sums.len() == gallery.images())
    }

    /// Scores all images for the next clause, task by task; true once all tasks are scored.
    fn by_task(
        &mut self,
        clause: &Clause,
        gallery: &mut Gallery,
        budget: &mut usize,
    ) -> Result<bool, RetrievalError> {
        let count = gallery.images();
        if self.next.1.len() != count {
            self.next = (0, Vec::new());
        }
        for task in gallery.tasks_of(clause).skip(self.next.0) {
            if *budget == 0 || !prepare(gallery, task, clause.need(), budget)? {
                return Ok(false);
            }
            gallery.add_task(clause, task, &mut self.next.1)?;
            self.next.0 += 1;
            *budget = budget.saturating_sub(count / SCORED);
        }
        Ok(true)
    }

    /// The ranking; what is not computed yet is. Images in `hidden` (ascending) are no results.
    ///
    /// # Errors
    /// As [`Search::advance`].
    pub fn rank(
        mut self,
        gallery: &mut Gallery,
        hidden: &[usize],
    ) -> Result<Ranking, RetrievalError> {
        let scores = self.finish(gallery)?;
        let Self { query, clauses, .. } = self;
        let images = gallery.images();
        let mut mask = MatchMask::new(images, hidden);
        for (clause, scores) in query.all.iter().zip(&clauses) {
            if let (Some(task), true) = (clause.task, clause.criterion.is_of_values()) {
                mask.ask(
                    Subject::Task(task),
                    scores.iter().map(|&score| score >= 0.5),
                );
            }
        }
        let mut eligible = shown(images, hidden);
        let filters = filters(query, gallery)?;
        let filtered = !filters.is_empty();
        for (subject, passing) in filters {
            for (eligible, passes) in eligible.iter_mut().zip(&passing) {
                *eligible &= passes;
            }
            mask.ask(subject, passing.into_iter());
        }
        let scored = !clauses.is_empty();
        let mut order = rank_all(&scores);
        if !hidden.is_empty() || filtered {
            order.retain(|ranked| eligible[ranked.index]);
        }
        if scored && query.min_score > 0.0 {
            order.truncate(order.partition_point(|ranked| ranked.score >= query.min_score));
        }
        query.order.sort(gallery, &scores, &mut order)?;
        let matches = query.has_values().then(|| {
            let matches = |ranked: &&Ranked| mask.all(ranked.index);
            order.iter().filter(matches).count()
        });
        Ok(Ranking {
            matches,
            left_out: images.saturating_sub(hidden.len() + order.len()),
            order,
            scores,
            clauses,
            mask,
            scored,
        })
    }

    /// The first `k` results of [`Search::rank`], in less time where they are sorted by score.
    ///
    /// # Errors
    /// As [`Search::advance`].
    pub fn best(
        mut self,
        gallery: &mut Gallery,
        k: usize,
        hidden: &[usize],
    ) -> Result<Vec<Ranked>, RetrievalError> {
        if !self.query.order.is_by_score() {
            let mut order = self.rank(gallery, hidden)?.order;
            order.truncate(k);
            return Ok(order);
        }
        let scores = self.finish(gallery)?;
        let mut eligible = shown(gallery.images(), hidden);
        for (_, passing) in filters(self.query, gallery)? {
            for (eligible, passes) in eligible.iter_mut().zip(passing) {
                *eligible &= passes;
            }
        }
        let mut best = top_k_where(&scores, k, |image| eligible[image]);
        if !self.clauses.is_empty() {
            best.retain(|ranked| ranked.score >= self.query.min_score);
        }
        Ok(best)
    }

    /// Computes what is left, and the score of every image: 0 where there is no clause.
    fn finish(&mut self, gallery: &mut Gallery) -> Result<Vec<f32>, RetrievalError> {
        let _ = self.advance(gallery, usize::MAX)?;
        if self.clauses.is_empty() {
            return Ok(vec![0.0; gallery.images()]);
        }
        let weights: Vec<f32> = self.query.all.iter().map(|clause| clause.weight).collect();
        Ok(combine(&self.clauses, &weights))
    }
}

/// Prepares a task within a budget of images; true once it is ready.
fn prepare(
    gallery: &mut Gallery,
    task: usize,
    need: Need,
    budget: &mut usize,
) -> Result<bool, RetrievalError> {
    let left = gallery.advance(task, need, 0)?;
    let now = left.min(*budget);
    if now > 0 {
        gallery.advance(task, need, now)?;
    }
    *budget -= now;
    Ok(now == left)
}

/// The filters of a query, and for each the images that pass it.
fn filters(
    query: &Query,
    gallery: &mut Gallery,
) -> Result<Vec<(Subject, Vec<bool>)>, RetrievalError> {
    let mut filters = Vec::new();
    for limit in &query.limits {
        filters.push((Subject::Task(limit.task), gallery.within(limit)?));
    }
    if !query.name.is_empty() {
        let passing = names::containing(&gallery.given().ids, &query.name, gallery.images());
        filters.push((Subject::Name, passing));
    }
    for filter in &query.labels {
        let passing = gallery.given().passing(filter, gallery.images());
        filters.push((Subject::Column(filter.column), passing));
    }
    for &task in &query.disagree {
        let values = gallery.head(task)?.values();
        let probabilities = gallery.probabilities(task)?.to_vec();
        let passing = gallery.given().disagreeing(task, &probabilities, values);
        filters.push((Subject::Disagreement(task), passing));
    }
    Ok(filters)
}

/// The images that are not hidden.
fn shown(images: usize, hidden: &[usize]) -> Vec<bool> {
    let mut shown = vec![true; images];
    for &image in hidden {
        if let Some(shown) = shown.get_mut(image) {
            *shown = false;
        }
    }
    shown
}

impl Gallery {
    /// Answers a query at once. Images in `hidden` (ascending) are no results.
    ///
    /// # Errors
    /// A query that does not fit the gallery, or features that give embeddings that are not finite.
    pub fn rank(&mut self, query: &Query, hidden: &[usize]) -> Result<Ranking, RetrievalError> {
        Search::new(query).rank(self, hidden)
    }

    /// The first `k` results of [`Gallery::rank`], in less time.
    ///
    /// # Errors
    /// As [`Gallery::rank`].
    pub fn best(
        &mut self,
        query: &Query,
        k: usize,
        hidden: &[usize],
    ) -> Result<Vec<Ranked>, RetrievalError> {
        Search::new(query).best(self, k, hidden)
    }
}
