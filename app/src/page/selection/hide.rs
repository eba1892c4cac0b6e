//! Images that the visitor hid: no results, whatever is asked. Own galleries keep them; those of the site until the page is
//! closed.

use std::sync::Arc;

use leptos::prelude::*;

use crate::page::shell::gallery::GalleryData;
use crate::page::state::State;
use crate::store_protocol::Request;
use crate::work::with_hidden;

/// A change of the hidden images that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hiding {
    /// The images, ascending.
    pub images: Arc<Vec<usize>>,
    /// True if they were hidden, false if they are shown again.
    pub hide: bool,
    /// True if that is kept with the gallery.
    pub is_kept: bool,
}

/// The hidden images of the site's galleries, by the folder of each.
pub(crate) type HiddenHere = Vec<(String, Arc<Vec<usize>>)>;

/// The images of two ascending lists, ascending.
pub fn union(one: &Arc<Vec<usize>>, other: &Arc<Vec<usize>>) -> Arc<Vec<usize>> {
    if other.is_empty() {
        return Arc::clone(one);
    }
    Arc::new(with_hidden(one, other, true))
}

impl State {
    /// Number of images of the gallery that the visitor hid; tracked.
    pub fn hidden_count(&self) -> usize {
        let open = self.open();
        let images = open.images.get();
        open.set_aside.with(|hidden| {
            let there = hidden.iter().take_while(|&&image| image < images);
            open.hidden.with(|gone| {
                there
                    .filter(|image| gone.binary_search(image).is_err())
                    .count()
            })
        })
    }

    /// Hides all selected images.
    pub fn hide_selected(&self) {
        let images = self.open_now().selection.get_untracked();
        self.hide(images.images().to_vec(), true);
    }

    /// Shows all hidden images again.
    pub fn show_hidden(&self) {
        let images = self.open_now().set_aside.get_untracked();
        self.hide(images.to_vec(), false);
    }

    /// Takes the last change of the hidden images back.
    pub fn undo_hiding(&self) {
        let hiding = self.open_now().hiding;
        if let Some(Hiding { images, hide, .. }) = hiding.get_untracked() {
            self.change_hidden(&images, !hide);
            hiding.set(None);
        }
    }

    /// Hides images, ascending, or shows them again, and says so.
    fn hide(&self, images: Vec<usize>, hide: bool) {
        if images.is_empty() {
            return;
        }
        let Some(data) = self.data_now() else { return };
        self.change_hidden(&images, hide);
        self.open_now().hiding.set(Some(Hiding {
            images: Arc::new(images),
            hide,
            is_kept: data.kept_id().is_some(),
        }));
    }

    fn change_hidden(&self, images: &[usize], hide: bool) {
        let (Some(data), set_aside) = (self.data_now(), self.open_now().set_aside) else {
            return;
        };
        let hidden = Arc::new(set_aside.with_untracked(|hidden| with_hidden(hidden, images, hide)));
        match data.kept_id() {
            Some(id) => self.save_change(Request::Hide {
                id: id.to_owned(),
                images: images.to_vec(),
                hide,
            }),
            None => self.hidden_here.update_value(|all| {
                all.retain(|(base, _)| *base != data.network_base);
                all.push((data.network_base.clone(), Arc::clone(&hidden)));
            }),
        }
        set_aside.set(hidden);
    }

    /// Hides what was hidden when a gallery of the site was open before.
    pub(crate) fn recall_hidden(&self, data: &GalleryData) {
        let known = self.hidden_here.with_value(|all| {
            let mut all = all.iter();
            let known = all.find(|(base, _)| *base == data.network_base);
            known.map(|(_, hidden)| Arc::clone(hidden))
        });
        if let Some(hidden) = known.filter(|_| data.kept_id().is_none()) {
            self.open_now().set_aside.set(hidden);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_images_come_beside_those_that_are_never_shown() {
        let (gone, none) = (Arc::new(vec![3, 7]), Arc::default());
        assert!(Arc::ptr_eq(&union(&gone, &none), &gone));
        assert_eq!(*union(&gone, &Arc::new(vec![1, 7])), [1, 3, 7]);
    }
}
