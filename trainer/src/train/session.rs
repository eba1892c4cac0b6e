//! A whole training session: epochs, validation, the best weights, checkpoints.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::module::Module as _;
use burn::tensor::Device;
use modulens_model::weights::{self, Precision};
use modulens_model::{Method, Modulation};
use modulens_schema::Split;

use super::checkpoint::{Checkpoint, Progress};
use super::compliance;
use super::epoch::{Ended, Epoch};
use super::folder::{self, Folder};
use super::learner::{self, Trainable};
use super::metrics::{self, EpochMetrics};
use super::pretrained;
use super::stop;
use super::validate::triplet_accuracies;
use crate::config::Config;
use crate::data::{self, OpenData, Pictures};
use crate::device::Opened;
use crate::error::TrainerError;
use crate::heads;
use crate::official::{self, Official};
use crate::output::{note, print, to_json};
use crate::run::{
    READOUTS, RECORD_VERSION, Run, RunRecord, read_checked, read_record, weights_names,
    write_files, write_record,
};

/// The output of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tell {
    /// The live summary.
    Summary,
    /// One JSON object at the end.
    Json,
    /// Silent: the caller reports.
    Nothing,
}

/// A training session that is ready to start or to go on.
pub(crate) struct Session {
    config: Config,
    out: PathBuf,
    tell: Tell,
    data: OpenData,
    device: Device,
    record: RunRecord,
    folder: Folder,
    fresh: bool,
}

impl Session {
    /// Checks that `out` is new, or holds a run that can be gone on with or, with `fresh`, be replaced, and reads the
    /// data. Nothing that is in `out` is changed.
    pub(crate) fn start(
        config: &Config,
        out: &Path,
        fresh: bool,
        tell: Tell,
        opened: &Opened,
    ) -> Result<Self, TrainerError> {
        folder::check(out, config, fresh)?;
        let data = data::open(&config.data, None)?;
        let tasks = data.dataset.tasks.clone();
        if tasks.is_empty() {
            return Err(TrainerError::Message(format!(
                "{} has no task to learn: no attribute has two known values",
                config.data.path.display()
            )));
        }
        let record = RunRecord {
            version: RECORD_VERSION,
            dataset: data.dataset.name.clone(),
            method: config.network.method,
            network: config.network.for_tasks(tasks.len()),
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
        Ok(Self {
            config: config.clone(),
            out: out.to_owned(),
            tell,
            data,
            device: opened.device.clone(),
            record,
            folder: claimed,
            fresh,
        })
    }

    /// Trains to the last epoch.
    pub(crate) fn run(self) -> Result<(), TrainerError> {
        stop::watch()?;
        let memory = self.config.data.memory_megabytes;
        let most = match self.config.data.train_images {
            0 => usize::MAX,
            most => most,
        };
        let input = &self.record.input;
        let source = self.config.data.triplets;
        let given = official::load_as_asked(&self.data, source, Split::Train)?
            .map(|given| given.most(self.config.data.train_triplets));
        let (train, val, official) = match given {
            None => (
                Pictures::load_most(&self.data, Split::Train, input, memory, most)?,
                Pictures::load(&self.data, Split::Val, input, memory)?,
                [None, None],
            ),
            Some(given) => {
                let load = |given: &Official, what: &str| {
                    let images = given.images();
                    let pictures = Pictures::load_these(&self.data, images, what, input, memory)?;
                    let placed = given.among(&pictures.images);
                    Ok::<_, TrainerError>((pictures, placed))
                };
                let (train, train_lists) = load(&given, "train")?;
                let (val, val_lists) = load(&official::load(&self.data, Split::Val)?, "val")?;
                (train, val, [Some(train_lists), Some(val_lists)])
            }
        };
        let [train_lists, val_lists] = &official;
        if let (Tell::Summary, Some(train_lists)) = (self.tell, train_lists) {
            let given: usize = train_lists.tasks.iter().map(Vec::len).sum();
            print(&format!(
                "{given} training triplets are given, {} more name a picture that is not there",
                train_lists.left_out
            ))?;
        }
        let labels = train.labels();
        let values = self.record.values();
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
        // Everything that could be checked has been; from here on the folder changes.
        self.folder.begin(&self.config, self.fresh)?;
        let checkpoint = Checkpoint::of(&self.out);
        let (mut trainable, mut optimizer, progress) =
            checkpoint.load(trainable, learner::optimizer(&self.config.train), note)?;
        let mut progress = progress.unwrap_or_default();
        let fingerprint = self.fingerprint(&train, &val);
        if progress.step > 0 && progress.data != fingerprint {
            return Err(TrainerError::Run {
                path: self.out.clone(),
                message: "its pictures or labels have changed since it was begun; bring the old ones back to go on, or \
                          start again with another --out or with --fresh"
                    .into(),
            });
        }
        progress.data = fingerprint;
        let mut record = self.record.clone();
        self.find_best(&mut record, &mut progress)?;
        if progress.best_epoch == 0 && progress.epoch >= self.config.train.epochs {
            // Training is over and its best weights are lost: the last ones are the best there are.
            progress.epoch -= 1;
            self.validate(&trainable, (&val, val_lists.as_ref()), &mut progress, 1, 0)?;
            self.keep_best(&trainable, &mut record, &mut progress)?;
            progress.epoch += 1;
            checkpoint.save(&trainable, &optimizer, &progress)?;
        }
        if self.tell == Tell::Summary {
            print(&format!(
                "{} parameters, {} training and {} validation images, {} tasks",
                self.record.method.num_params(&self.record.network, &values),
                train.len(),
                val.len(),
                values.len()
            ))?;
            if progress.step > 0 {
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
            device: &device,
        };
        while progress.epoch < self.config.train.epochs {
            let (next, ended) = epoch.run(trainable, &mut optimizer, &mut progress)?;
            trainable = next;
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
                self.keep_best(&trainable, &mut record, &mut progress)?;
            }
            self.compare_gradients(&trainable, &train, &device, line.epoch)?;
            self.tell(&line)?;
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
        self.finish(&train, &val)
    }

    fn validate(
        &self,
        trainable: &Trainable,
        (val, given): (&Pictures<'_>, Option<&Official>),
        progress: &mut Progress,
        steps: usize,
        images: usize,
    ) -> Result<EpochMetrics, TrainerError> {
        let model = trainable.model.valid();
        let val_tasks =
            triplet_accuracies(&model, self.record.embedding(), val, given, &self.device)?;
        let known: Vec<f64> = val_tasks
            .iter()
            .copied()
            .filter(|x| x.is_finite())
            .collect();
        let val_mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        // The first epoch is always kept, so that a run has weights from then on.
        let best = progress.best_epoch == 0 || val_mean > progress.best_val;
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

    /// Measures how far tasks agree on what to change, where the configuration asks for it.
    fn compare_gradients(
        &self,
        trainable: &Trainable,
        train: &Pictures<'_>,
        device: &Device,
        epoch: usize,
    ) -> Result<(), TrainerError> {
        let measure = &self.config.measure;
        let last = epoch == self.config.train.epochs;
        if measure.compliance_batches == 0
            || !(last || epoch.is_multiple_of(measure.compliance_every))
        {
            return Ok(());
        }
        // The control costs as much again, and is only looked at when training is over.
        let modulated = self.record.method == Method::Modulated
            && self.record.network.modulation != Modulation::None;
        let controlled = modulated && last;
        let found = [false, true]
            .into_iter()
            .filter(|&permuted| !permuted || controlled)
            .map(|permuted| {
                compliance::measure(
                    trainable,
                    self.record.method,
                    &self.config,
                    train,
                    device,
                    epoch,
                    permuted,
                )
            })
            .collect::<Result<Vec<_>, _>>()?;
        compliance::append(&self.out, &found)
    }

    /// Writes the weights of the best epoch, and the record that they belong to.
    fn keep_best(
        &self,
        trainable: &Trainable,
        record: &mut RunRecord,
        progress: &mut Progress,
    ) -> Result<(), TrainerError> {
        let model = trainable.model.valid();
        let networks = model.networks();
        let new = weights_names(networks.len())
            .into_iter()
            .zip(networks)
            .map(|(name, network)| Ok((name, weights::to_safetensors(network, Precision::F32)?)))
            .collect::<Result<Vec<_>, TrainerError>>()?;
        record.best_epoch = progress.best_epoch;
        record.best_val = progress.best_val;
        // Heads of other weights no longer count.
        record.files.clear();
        write_files(&self.out, record, &new)?;
        progress.files.clone_from(&record.files);
        Ok(())
    }

    /// Finds the best weights so far among what is in the folder, and brings record and progress into agreement with
    /// them: a crash may have come between the two, and a file may be damaged.
    fn find_best(
        &self,
        record: &mut RunRecord,
        progress: &mut Progress,
    ) -> Result<(), TrainerError> {
        if progress.step == 0 {
            return Ok(());
        }
        let networks = self
            .record
            .method
            .networks(&self.record.network, &self.record.values());
        let names = weights_names(networks.len());
        let whole = |files: &BTreeMap<String, String>| {
            names.iter().all(|name| {
                files.contains_key(name) && read_checked(&self.out, name, files).is_ok()
            })
        };
        let written = read_record(&self.out.join("run.json"))
            .ok()
            .filter(|written| {
                // As good, or better: of an epoch that the checkpoint does not know yet.
                written.best_val >= progress.best_val
                    && written.tasks == self.record.tasks
                    && written.network == self.record.network
                    && whole(&written.files)
            });
        if let Some(written) = written {
            progress.best_epoch = written.best_epoch;
            progress.best_val = written.best_val;
            progress.files = written.files;
            progress.files.retain(|name, _| names.contains(name));
            record.best_epoch = progress.best_epoch;
            record.best_val = progress.best_val;
            record.files.clone_from(&progress.files);
            return Ok(());
        }
        if progress.best_epoch > 0 && whole(&progress.files) {
            record.best_epoch = progress.best_epoch;
            record.best_val = progress.best_val;
            record.files.clone_from(&progress.files);
            return write_record(&self.out, record);
        }
        if progress.best_epoch > 0 {
            note(&format!(
                "warning: the weights of the best epoch, {}, are damaged or missing; those of a later epoch take their \
                 place",
                progress.best_epoch
            ));
            progress.best_epoch = 0;
            progress.best_val = 0.0;
            progress.files.clear();
        }
        Ok(())
    }

    /// Says on which pictures and labels the run is trained: another answer means that they have changed.
    fn fingerprint(&self, train: &Pictures<'_>, val: &Pictures<'_>) -> String {
        let dataset = self.data.dataset.fingerprint();
        format!("{dataset} {} {}", train.len(), val.len())
    }

    fn tell(&self, line: &EpochMetrics) -> Result<(), TrainerError> {
        if self.tell != Tell::Summary {
            return Ok(());
        }
        let worst = self
            .record
            .tasks
            .iter()
            .zip(&line.val_tasks)
            .filter_map(|(task, accuracy)| Some((task, (*accuracy)?)))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        let worst = worst.map_or(String::new(), |(task, accuracy)| {
            format!(", worst {} {:.1} %", task.name, 100.0 * accuracy)
        });
        print(&format!(
            "epoch {:>3}/{}  loss {:.4}  val {:.2} %{worst}  {:.0} images/s{}",
            line.epoch,
            self.config.train.epochs,
            line.loss,
            100.0 * line.val_mean,
            line.images_per_second,
            if line.best { "  *" } else { "" }
        ))
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
                "best epoch {} with {:.2} % mean triplet accuracy on the validation split; next: trainer eval {}",
                record.best_epoch,
                100.0 * record.best_val,
                self.out.display()
            )),
            Tell::Nothing => Ok(()),
        }
    }
}
