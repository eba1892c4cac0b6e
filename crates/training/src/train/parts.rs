//! The images of training and validation.

use modulens_schema::{InputSpec, Split};

use crate::config::DataConfig;
use crate::data::{OpenData, Pictures};
use crate::error::TrainerError;
use crate::official::{self, Official};

/// The decoded images of a session.
pub(super) struct Parts<'a> {
    pub(super) train: Pictures<'a>,
    pub(super) val: Pictures<'a>,
    /// Given triplets of the two, by places among their images.
    pub(super) lists: [Option<Official>; 2],
}

impl<'a> Parts<'a> {
    /// Decodes the images that a configuration asks for.
    ///
    /// # Errors
    /// Given triplets that cannot be read, or a part of which no image can be.
    pub(super) fn load(
        data: &'a OpenData,
        config: &DataConfig,
        input: &InputSpec,
    ) -> Result<Self, TrainerError> {
        let memory = config.memory_megabytes;
        let given = official::load_as_asked(data, config.triplets, Split::Train)?;
        let Some(given) = given.map(|given| given.most(config.train_triplets)) else {
            let (most, sample) = (config.most_train_images(), config.train_sample);
            return Ok(Self {
                train: Pictures::load_most(data, Split::Train, input, memory, (most, sample))?,
                val: Pictures::load(data, Split::Val, input, memory)?,
                lists: [None, None],
            });
        };
        let load = |given: &Official, what: &str| {
            let pictures = Pictures::load_these(data, given.images(), what, input, memory)?;
            let placed = given.among(&pictures.images);
            Ok::<_, TrainerError>((pictures, placed))
        };
        let (train, train_lists) = load(&given, "train")?;
        let (val, val_lists) = load(&official::load(data, Split::Val)?, "val")?;
        Ok(Self {
            train,
            val,
            lists: [Some(train_lists), Some(val_lists)],
        })
    }
}
