//! A slider drag, and the merging of its actions in the history.

use super::action::Action;
use super::view::View;

/// Milliseconds after which the same slider moved again is another action.
const PAUSE: f64 = 1000.0;

/// The state of a slider drag: the view before it, and the last action.
#[derive(Debug, Default)]
pub struct SliderDrag {
    /// The view before it began to move.
    from: Option<View>,
    /// The last action, and when it was taken.
    last: Option<(Action, f64)>,
}

impl SliderDrag {
    /// It moves; what was shown before it first did is remembered.
    pub fn begin(&mut self, before: View) {
        self.from.get_or_insert(before);
    }

    /// Returns true while it moves and has not come to rest.
    pub fn is_on_its_way(&self) -> bool {
        self.from.is_some()
    }

    /// An action is taken at a time in milliseconds, and whatever moved rests. Whether the action is more of the last
    /// one: a slider moved by keys takes many.
    pub fn rest(&mut self, action: Action, now: f64) -> bool {
        let last = self.last.as_ref();
        let goes_on = last.is_some_and(|(last, at)| is_more_of(&action, last) && now - at < PAUSE);
        *self = Self {
            from: None,
            last: Some((action, now)),
        };
        goes_on
    }
}

fn is_more_of(action: &Action, last: &Action) -> bool {
    match (action, last) {
        (Action::Weigh(at, _), Action::Weigh(before, _)) => at == before,
        (Action::Bound(bound), Action::Bound(before)) => bound.same_value(before),
        (Action::AtLeast(_), Action::AtLeast(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::query::action::PartAt;
    use crate::page::query::view::Bound;
    use crate::page::query::weight::Weight;

    fn weigh(condition: usize, percent: u16) -> Action {
        Action::Weigh(PartAt::Condition(condition), Weight::percent(percent))
    }

    fn bound(value: &str, low: u8) -> Action {
        Action::Bound(Bound {
            task: "Bald".into(),
            value: value.into(),
            low,
            high: 100,
        })
    }

    #[test]
    fn a_slider_goes_on_as_long_as_it_is_the_same() {
        let mut drag = SliderDrag::default();
        let mut goes_on = |action| drag.rest(action, 0.0);
        assert!(!goes_on(weigh(0, 75)));
        assert!(goes_on(weigh(0, 50)));
        assert!(!goes_on(weigh(1, 50)));
        assert!(!goes_on(bound("yes", 10)));
        assert!(goes_on(bound("yes", 20)));
        assert!(!goes_on(bound("no", 20)));
        assert!(!goes_on(Action::Clear));
        assert!(!goes_on(Action::Clear));
    }

    #[test]
    fn after_a_pause_it_begins_anew() {
        let mut drag = SliderDrag::default();
        drag.rest(Action::AtLeast(10), 0.0);
        assert!(drag.rest(Action::AtLeast(20), PAUSE - 1.0));
        assert!(
            drag.rest(Action::AtLeast(30), 2.0 * PAUSE - 2.0),
            "since the last"
        );
        assert!(!drag.rest(Action::AtLeast(40), 3.0 * PAUSE));
    }

    #[test]
    fn what_moves_comes_to_rest_with_a_step() {
        let mut drag = SliderDrag::default();
        drag.begin(View::default());
        assert!(drag.is_on_its_way());
        drag.rest(Action::AtLeast(10), 0.0);
        assert!(!drag.is_on_its_way());
    }
}
