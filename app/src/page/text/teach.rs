//! Teaching a task.

use std::fmt::Display;

pub const TITLE: &str = "Teach a task";
pub const ASK_NAME: &str = "What should it look for?";
pub const EXAMPLE_NAME: &str = "round glasses";
pub const START: &str = "Start";
pub const CANCEL: &str = "Cancel";
pub const HELP: &str = "\
    Then mark a few pictures that show it, and a few that do not. The task is learned on your \
    machine; nothing is sent.";
pub const DONE: &str = "Done";
pub const NAMELESS: &str = "Give it a name first, for instance “round glasses”.";
pub const FIND_FIRST: &str = "Find a picture that shows it, and click its tick.";
pub const MARK_NO_TOO: &str = "Mark some that do not show it, too.";
pub const FIND_YES: &str = "Now find one that shows it.";
pub const MARK_MORE: &str = "Mark a few more; the uncertain pictures below help most.";
pub const PRESS_DONE: &str = "Click Done when the results look right.";
pub const NO_EXAMPLES_HERE: &str =
    "None of its examples are in this gallery, so it cannot be used here.";
pub const ONE_IGNORED: &str = "1 of its examples is not in this gallery and is ignored.";
pub const YOURS: &str = "Your tasks";
pub const NETWORKS: &str = "The network’s tasks";
pub const MORE: &str = "Teach more";
pub const DELETE: &str = "Delete";
pub const RENAME: &str = "Rename";
pub const ASK_OTHER_NAME: &str = "New name";
pub const RENAMING_HELP: &str = "Its marks stay, and queries use the new name.";
pub const SAVE_MARKS: &str = "Save marks";
pub const IMAGE: &str = "image";
pub const MARK: &str = "mark";
pub const FROM_A_LINK: &str = "It came with the link and is not kept here.";
pub const KEEP: &str = "Keep";
pub const UNDO: &str = "Undo";
pub const SHOWS_IT: &str = "Shows it";
pub const DOES_NOT: &str = "Does not show it";
pub const UNCERTAIN: &str = "Uncertain pictures";

pub fn teaching(name: &dyn Display) -> String {
    format!("Teaching “{name}”")
}

pub fn too_long(longest: &dyn Display) -> String {
    format!("A name has at most {longest} letters.")
}

pub fn taken(task: &dyn Display) -> String {
    format!("“{task}” is an attribute of this gallery already. Choose another name.")
}

pub fn counts(yes: &dyn Display, no: &dyn Display) -> String {
    format!("{yes} yes, {no} no")
}

pub fn some_ignored(count: &dyn Display) -> String {
    format!("{count} of its examples are not in this gallery and are ignored.")
}

pub fn learned_from(counts: &dyn Display) -> String {
    format!("Learned from {counts}.")
}

pub fn teach_more_of(name: &dyn Display) -> String {
    format!("Teach more of {name}")
}

pub fn delete(name: &dyn Display) -> String {
    format!("Delete {name}")
}

pub fn rename(name: &dyn Display) -> String {
    format!("Rename {name}")
}

pub fn keep(name: &dyn Display) -> String {
    format!("Keep {name}")
}

pub fn save_marks(name: &dyn Display) -> String {
    format!("Save marks of {name} (CSV)")
}

/// The name of the file of saved marks.
pub fn marks_file(name: &dyn Display) -> String {
    format!("{name} - marks")
}

pub fn deleted(name: &dyn Display) -> String {
    format!("“{name}” was deleted.")
}

pub fn not_kept(message: &dyn Display) -> String {
    format!("The tasks that you taught are not kept with the gallery: {message}")
}

/// The reason of [`not_kept`] where the browser's storage cannot be written.
pub const NO_STORAGE: &str = "this browser\u{2019}s storage is full or forbidden; save their marks before you close the page";
pub const UNREADABLE: &str = "\
    The tasks that were kept with this gallery in this browser cannot be read. They are left in its storage, and not shown.";

/// The most tasks are kept already.
pub fn too_many(most: &dyn Display) -> String {
    format!("A gallery keeps at most {most} tasks of yours. Delete one of them first.")
}

pub fn shows(index: &dyn Display, name: &dyn Display) -> String {
    format!("Picture {index} shows {name}")
}

pub fn does_not_show(index: &dyn Display, name: &dyn Display) -> String {
    format!("Picture {index} does not show {name}")
}

pub fn not_learned(error: &dyn Display) -> String {
    format!(
        "The tasks that you taught were not learned: {error}. Change the marks, or delete the task."
    )
}

pub fn details(index: &dyn Display) -> String {
    format!("Picture {index}: details")
}
