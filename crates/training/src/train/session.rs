//! A whole training session: epochs, validation, the best weights, checkpoints.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::module::Module as _;
use burn::tensor::Device;
use modulens_model::Model;
use modulens_schema::Split;

use super::best;
use super::changed_data;
use super::checkpoint::{Checkpoint, Progress};
use super::epoch::{Ended, Epoch};
use super::folder::{self, Folder};
use super::learner::{self, Trainable};
use super::metrics::{self, EpochMetrics};
use super::moment::{Measure, Moment};
use super::options::{Tell, Way};
use super::parts::Parts;
use super::pretrained;
use super::stop;
use super::teacher::{self, Teacher};
use super::validate::triplet_accuracies;
use crate::config::Config;
use crate::coverage::{self, Coverage};
use crate::data::{self, OpenData, Pictures};
use crate::data_record::DataRecord;
use crate::device::Opened;
use crate::error::TrainerError;
use crate::heads;
use crate::official::{self, Official};
use crate::output::{note, print, to_json};
use crate::run::{READOUTS, RECORD_VERSION, Run, RunRecord, values_of, write_files, write_record};

/// A training session that is ready to start or to go on.
#[derive(Debug)]
pub struct Session {
    config: Config,
    out: PathBuf,
    tell: Tell,
    data: OpenData,
    device: Device,
    record: RunRecord,
    teacher: Option<Run>,
    folder: Folder,
    way: Way,
    measure: Measure,
    /// The sentences on the splits that have been told.
    notes: Vec<String>,
}

impl Session {
    /// Checks that `out` is new, or holds a run that can be gone on with or be replaced, and that the data can be trained
    /// on. Nothing that is in `out` is changed. `measure` is called before the first epoch and after each.
    ///
    /// # Errors
    /// A folder that holds something else, or data that cannot be read or trained on.
    pub fn start(
        config: &Config,
        out: &Path,
        way: Way,
        tell: Tell,
        opened: &Opened,
        measure: Measure,
    ) -> Result<Self, TrainerError> {
        let fresh = way == Way::Fresh;
        folder::check(out, config, fresh)?;
        // Before the images are read, which may take long.
        let teacher = config.train.teacher.as_deref().map(teacher::open);
        let teacher = teacher.transpose()?;
        let mut data = data::open(&config.data, None)?;
        if data.dataset.tasks.is_empty() {
            return Err(TrainerError::Message(format!(
                "{} has no task to learn: no attribute has two known values",
                config.data.path.display()
            )));
        }
        // Given triplets name images of any split; those are looked at once they are decoded.
        let verdict = match official::is_asked_for(&data, config.data.triplets) {
            true => coverage::Verdict::default(),
            false => coverage::keep_learnable_of_splits(&mut data.dataset, &config.data)?,
        };
        let tasks = data.dataset.tasks.clone();
        let record = RunRecord {
            version: RECORD_VERSION,
            dataset: data.dataset.name.clone(),
            method: config.network.method,
            network: config.network.for_tasks(&values_of(&tasks)),
            tasks,
            input: config.input(),
            best_epoch: 0,
            best_val: 0.0,
            files: BTreeMap::new(),
        };
        let claimed = Folder::claim(out)?;
        // What another process did until the folder was this one's.
        folder::check(out, config, fresh)?;
        if tell == Tell::Summary {
            print(&format!(
                "{}\ndevice: {}",
                data.dataset.report, opened.description
            ))?;
        }
        let mut session = Self {
            config: config.clone(),
            out: out.to_owned(),
            tell,
            data,
            device: opened.device.clone(),
            record,
            teacher,
            folder: claimed,
            way,
            measure,
            notes: Vec::new(),
        };
        session.tell_of_splits(verdict.notes);
        Ok(session)
    }

    /// Tells what is worth knowing about the splits, each sentence once.
    fn tell_of_splits(&mut self, notes: Vec<String>) {
        for sentence in notes {
            if !self.notes.contains(&sentence) {
                if self.tell != Tell::Nothing {
                    note(&format!("note: {sentence}"));
                }
                self.notes.push(sentence);
            }
        }
    }

    /// Checks again that the images that do decode can be trained on, and leaves tasks out that they cannot teach.
    fn leave_out(&mut self, parts: [&[usize]; 3]) -> Result<(), TrainerError> {
        let verdict = coverage::keep_learnable(&mut self.data.dataset, parts)?;
        self.record.tasks.clone_from(&self.data.dataset.tasks);
        self.record.network = self.config.network.for_tasks(&self.record.values());
        self.tell_of_splits(verdict.notes);
        Ok(())
    }

    /// Trains to the last epoch.
    ///
    /// # Errors
    /// An image, a device or a disk that fails; an interruption, after saving.
    pub fn run(mut self) -> Result<(), TrainerError> {
        stop::watch()?;
        let Parts { train, val, lists } = loop {
            let parts = Parts::load(&self.data, &self.config.data, &self.record.input)?;
            let test = self.data.dataset.in_split(Split::Test);
            let images = [parts.train.images.clone(), parts.val.images.clone(), test];
            let images = images.each_ref().map(Vec::as_slice);
            let dataset = &self.data.dataset;
            let verdict = Coverage::of_parts(dataset, images).judge(&dataset.tasks);
            if verdict.refused.is_none() && verdict.left_out.is_empty() {
                break parts;
            }
            drop(parts);
            self.leave_out(images)?;
        };
        let [train_lists, val_lists] = &lists;
        if let (Tell::Summary, Some(train_lists)) = (self.tell, train_lists) {
            let given: usize = train_lists.tasks.iter().map(Vec::len).sum();
            print(&format!(
                "{given} training triplets are given, {} more name a picture that is not there",
                train_lists.left_out
            ))?;
        }
        let labels = train.labels();
        let values = self.record.values();
        let teacher = match &self.teacher {
            Some(run) => Some(Teacher::new(run, &self.record, &train, &self.device)?),
            None => None,
        };
        let device = self.device.clone().autodiff();
        device.seed(self.config.train.seed);
        let mut trainable =
            Trainable::new(self.record.method, &self.record.network, &values, &device)?;
        if let Some(path) = &self.config.network.pretrained {
            trainable.model = pretrained::start_from(
                &trainable.model,
                self.record.method,
                &values,
                path,
                &device,
            )?;
        }
        if let Some(stages) = self.config.train.frozen_stages {
            trainable.model = trainable.model.with_frozen_stages(stages);
        }
        let data = DataRecord::of(
            &self.data.dataset,
            &self.data.storage,
            &train
                .contents
                .iter()
                .chain(&val.contents)
                .map(|(k, v)| (*k, *v))
                .collect(),
        );
        // Everything that could be checked before has been; from here on the folder changes.
        self.folder.make_way(&self.config, self.way == Way::Fresh)?;
        let checkpoint = Checkpoint::of(&self.out);
        let state = checkpoint.read(note)?;
        let mut progress = state
            .as_ref()
            .map(|state| state.progress.clone())
            .unwrap_or_default();
        let changed = self.compare_data(&data, &progress, (train.len(), val.len()))?;
        self.begin(&progress)?;
        let mut optimizer = learner::optimizer(&self.config.train);
        if let Some(state) = state {
            (trainable, optimizer) = checkpoint.load(state, trainable, optimizer)?;
        }
        progress.data = data.hash()?;
        let mut record = self.record.clone();
        best::find(&self.out, &mut record, &mut progress)?;
        if changed {
            self.measure_best_again(&mut record, &mut progress, (&val, val_lists.as_ref()))?;
            checkpoint.save(&trainable, &optimizer, &progress)?;
        }
        // After the checkpoint, which says which data it was trained on: this only names them.
        if DataRecord::read(&self.out)?.as_ref() != Some(&data) {
            data.write(&self.out)?;
        }
        if progress.best_epoch == 0 && progress.epoch >= self.config.train.epochs {
            // Training is over and its best weights are lost: the last ones are the best there are.
            progress.epoch -= 1;
            self.validate(&trainable, (&val, val_lists.as_ref()), &mut progress, 1, 0)?;
            best::keep(&self.out, &trainable, &mut record, &mut progress)?;
            progress.epoch += 1;
            checkpoint.save(&trainable, &optimizer, &progress)?;
        }
        if self.tell == Tell::Summary {
            print(&format!(
                "{} parameters, {} training and {} validation images, {} tasks",
                self.record.method.num_params(&self.record.network),
                train.len(),
                val.len(),
                values.len()
            ))?;
            if progress.step > 0 && progress.epoch < self.config.train.epochs {
                print(&format!(
                    "going on from epoch {}, step {}",
                    progress.epoch + 1,
                    progress.step
                ))?;
            }
        }
        let epoch = Epoch {
            config: &self.config,
            pictures: &train,
            labels: &labels,
            values: &values,
            official: train_lists.as_ref(),
            teacher: teacher.as_ref(),
            device: &device,
        };
        let measure = |trainable: &Trainable, epoch: usize| {
            (self.measure)(&Moment {
                out: &self.out,
                config: &self.config,
                record: &self.record,
                trainable,
                train: &train,
                device: &device,
                epoch,
            })
        };
        if progress.step == 0 {
            measure(&trainable, 0)?;
        }
        while progress.epoch < self.config.train.epochs {
            let (next, ended) = epoch.run(trainable, &mut optimizer, &mut progress)?;
            trainable = next;
            self.folder.check_in_place()?;
            let Ended::Complete { steps, images } = ended else {
                checkpoint.save(&trainable, &optimizer, &progress)?;
                if let Some(old) = self.folder.replaced() {
                    note(&format!(
                        "the run that was replaced is kept in {} until the new one has an epoch",
                        old.display()
                    ));
                }
                return Err(TrainerError::Interrupted {
                    checkpoint: checkpoint.path().to_owned(),
                });
            };
            let line = self.validate(
                &trainable,
                (&val, val_lists.as_ref()),
                &mut progress,
                steps,
                images,
            )?;
            if line.best {
                best::keep(&self.out, &trainable, &mut record, &mut progress)?;
            }
            measure(&trainable, line.epoch)?;
            if self.tell == Tell::Summary {
                print(&line.line(&self.record.tasks, self.config.train.epochs))?;
            }
            progress.finish_epoch(line);
            metrics::write(&self.out, &progress.history)?;
            checkpoint.save(&trainable, &optimizer, &progress)?;
            self.folder.settle()?;
            if stop::asked() && progress.epoch < self.config.train.epochs {
                return Err(TrainerError::Interrupted {
                    checkpoint: checkpoint.path().to_owned(),
                });
            }
        }
        drop(optimizer);
        self.folder.check_in_place()?;
        self.finish(&train, &val)
    }

    /// Says if the data are others than those that a state was trained on, where that is accepted.
    fn compare_data(
        &self,
        data: &DataRecord,
        progress: &Progress,
        (train, val): (usize, usize),
    ) -> Result<bool, TrainerError> {
        if progress.step == 0 || progress.data == data.hash()? {
            return Ok(false);
        }
        let fingerprint = self.data.dataset.fingerprint();
        if progress.data == format!("{fingerprint} {train} {val}") {
            // Of an earlier version of this program.
            return Ok(false);
        }
        let difference = changed_data::difference(&self.out, data, &progress.data)?;
        if difference.is_empty() {
            return Ok(false);
        }
        changed_data::accept(&self.out, &difference, self.way, self.tell)?;
        Ok(true)
    }

    /// Writes the configuration; a run never loses epochs that it has.
    fn begin(&self, progress: &Progress) -> Result<(), TrainerError> {
        let (done, asked) = (progress.epoch, self.config.train.epochs);
        if self.tell != Tell::Nothing && done >= asked {
            note(&match done > asked {
                true => format!(
                    "note: the run has {done} epochs already, more than the {asked} that are asked for, so nothing is \
                     trained and all of them stay"
                ),
                false => format!(
                    "note: the run has all of its {done} epochs, so nothing is trained; ask for more with --epochs"
                ),
            });
        }
        let mut config = self.config.clone();
        config.train.epochs = asked.max(done);
        self.folder.begin(&config)
    }

    /// Measures the best weights on validation data that have changed since they were chosen.
    fn measure_best_again(
        &self,
        record: &mut RunRecord,
        progress: &mut Progress,
        val: (&Pictures<'_>, Option<&Official>),
    ) -> Result<(), TrainerError> {
        if progress.best_epoch == 0 {
            return Ok(());
        }
        let model = Run::open(&self.out)?.model(&self.device)?;
        progress.best_val = mean_of_known(&self.accuracies(&model, val)?).unwrap_or(0.0);
        record.best_val = progress.best_val;
        write_record(&self.out, record)
    }

    /// Triplet accuracy of every task on the validation split; not a number where it has no triplet.
    fn accuracies(
        &self,
        model: &Model,
        (val, given): (&Pictures<'_>, Option<&Official>),
    ) -> Result<Vec<f64>, TrainerError> {
        triplet_accuracies(model, self.record.embedding(), val, given, &self.device)
    }

    fn validate(
        &self,
        trainable: &Trainable,
        val: (&Pictures<'_>, Option<&Official>),
        progress: &mut Progress,
        steps: usize,
        images: usize,
    ) -> Result<EpochMetrics, TrainerError> {
        let model = trainable.model.valid();
        let val_tasks = self.accuracies(&model, val)?;
        let measured = mean_of_known(&val_tasks);
        let val_mean = measured.unwrap_or(0.0);
        // The first epoch is always kept, so that a run has weights from then on; where nothing can be measured, each.
        let best = progress.best_epoch == 0 || measured.is_none_or(|mean| mean > progress.best_val);
        if best {
            progress.best_epoch = progress.epoch + 1;
            progress.best_val = val_mean;
        }
        let end = (progress.epoch + 1) as f64;
        Ok(EpochMetrics {
            epoch: progress.epoch + 1,
            step: progress.step,
            loss: progress.loss_sum / steps as f64,
            learning_rate: super::schedule::rate(&self.config.train, progress.step, end),
            seconds: progress.seconds,
            images_per_second: images as f64 / progress.seconds.max(1e-9),
            val_mean,
            val_tasks: val_tasks
                .into_iter()
                .map(|accuracy| accuracy.is_finite().then_some(accuracy))
                .collect(),
            best,
        })
    }

    fn finish(&self, train: &Pictures<'_>, val: &Pictures<'_>) -> Result<(), TrainerError> {
        let run = Run::open(&self.out)?;
        let model = run.model(&self.device)?;
        let fitted = heads::fit_all(
            &model,
            run.record.embedding(),
            &run.record.tasks,
            train,
            val,
            &self.device,
        )?;
        let mut record = run.record.clone();
        let heads = modulens_bundle::heads::encode(&fitted)?;
        write_files(&self.out, &mut record, &[(READOUTS.into(), heads)])?;
        match self.tell {
            Tell::Json => print(&to_json(&record)?),
            Tell::Summary => print(&format!(
                "best epoch {} with {}; next: trainer eval {}",
                record.best_epoch,
                record.validation(),
                self.out.display()
            )),
            Tell::Nothing => Ok(()),
        }
    }
}

/// Mean of the figures that are known; `None` where none is.
fn mean_of_known(figures: &[f64]) -> Option<f64> {
    let known: Vec<f64> = figures.iter().copied().filter(|x| x.is_finite()).collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}
