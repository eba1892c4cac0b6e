//! A whole training session: epochs, validation, the best weights, checkpoints.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use burn::module::Module as _;
use burn::tensor::Device;
use modulens_model::weights::{self, Precision};
use modulens_model::{Method, Modulation};
use modulens_schema::Split;

use super::checkpoint::{Checkpoint, Progress};
use super::compliance;
use super::epoch::{Ended, Epoch};
use super::learner::{self, Trainable};
use super::metrics::{self, EpochMetrics};
use super::pretrained;
use super::stop;
use super::validate::triplet_accuracies;
use crate::config::Config;
use crate::data::{self, OpenData, Pictures};
use crate::device::Opened;
use crate::error::TrainerError;
use crate::official::{self, Official};
use crate::run::{RECORD_VERSION, Run, RunRecord, weights_paths, write_record};
use crate::{files, readouts};

/// How long to wait for another process to let go of a run.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a session prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tell {
    /// The live summary.
    Summary,
    /// One JSON object at the end.
    Json,
    /// Nothing; whoever started it tells.
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
    /// Held until the session ends, however it ends.
    _lock: File,
}

impl Session {
    /// Reads the data and checks that `out` is new, or holds an unfinished run of the same configuration.
    pub(crate) fn start(
        config: &Config,
        out: &Path,
        fresh: bool,
        tell: Tell,
        opened: &Opened,
    ) -> Result<Self, TrainerError> {
        let lock = lock(out)?;
        prepare_folder(config, out, fresh)?;
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
        };
        if tell == Tell::Summary {
            println!("{}", data.dataset.report);
            println!("device: {}", opened.description);
        }
        Ok(Self {
            config: config.clone(),
            out: out.to_owned(),
            tell,
            data,
            device: opened.device.clone(),
            record,
            _lock: lock,
        })
    }

    /// Trains to the last epoch.
    pub(crate) fn run(mut self) -> Result<(), TrainerError> {
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
            println!(
                "{given} training triplets are given, {} more name a picture that is not there",
                train_lists.left_out
            );
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
        let checkpoint = Checkpoint::of(&self.out);
        let (mut trainable, mut optimizer, progress) =
            checkpoint.load(trainable, learner::optimizer(&self.config.train))?;
        let mut progress = progress.unwrap_or_default();
        self.record.best_epoch = progress.best_epoch;
        self.record.best_val = progress.best_val;
        if self.tell == Tell::Summary {
            println!(
                "{} parameters, {} training and {} validation images, {} tasks",
                self.record.method.num_params(&self.record.network, &values),
                train.len(),
                val.len(),
                values.len()
            );
            if progress.step > 0 {
                println!(
                    "going on from epoch {}, step {}",
                    progress.epoch + 1,
                    progress.step
                );
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
                self.record.best_epoch = progress.best_epoch;
                self.record.best_val = progress.best_val;
                self.keep_best(&trainable)?;
            }
            self.compare_gradients(&trainable, &train, &device, line.epoch)?;
            metrics::append(&self.out, &line)?;
            self.tell(&line);
            progress = Progress {
                epoch: progress.epoch + 1,
                batch: 0,
                loss_sum: 0.0,
                seconds: 0.0,
                ..progress
            };
            checkpoint.save(&trainable, &optimizer, &progress)?;
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
            val_tasks,
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

    fn keep_best(&self, trainable: &Trainable) -> Result<(), TrainerError> {
        let model = trainable.model.valid();
        let networks = model.networks();
        for (path, network) in weights_paths(&self.out, networks.len())
            .iter()
            .zip(networks)
        {
            let bytes = weights::to_safetensors(network, Precision::F32)?;
            files::write_atomically(path, &bytes)?;
        }
        write_record(&self.out, &self.record)
    }

    fn tell(&self, line: &EpochMetrics) {
        if self.tell != Tell::Summary {
            return;
        }
        let worst = self
            .record
            .tasks
            .iter()
            .zip(&line.val_tasks)
            .filter(|(_, accuracy)| accuracy.is_finite())
            .min_by(|a, b| a.1.total_cmp(b.1));
        let worst = worst.map_or(String::new(), |(task, accuracy)| {
            format!(", worst {} {:.1} %", task.name, 100.0 * accuracy)
        });
        println!(
            "epoch {:>3}/{}  loss {:.4}  val {:.2} %{worst}  {:.0} images/s{}",
            line.epoch,
            self.config.train.epochs,
            line.loss,
            100.0 * line.val_mean,
            line.images_per_second,
            if line.best { "  *" } else { "" }
        );
    }

    fn finish(&self, train: &Pictures<'_>, val: &Pictures<'_>) -> Result<(), TrainerError> {
        let run = Run::open(&self.out)?;
        let model = run.model(&self.device)?;
        let fitted = readouts::fit_all(
            &model,
            run.record.embedding(),
            &run.record.tasks,
            train,
            val,
            &self.device,
        )?;
        files::write_atomically(
            &run.readouts_path(),
            &modulens_bundle::readouts::encode(&fitted)?,
        )?;
        if self.tell == Tell::Json {
            let text = serde_json::to_string(&self.record).map_err(|error| {
                TrainerError::Message(format!("the result cannot be printed: {error}"))
            })?;
            println!("{text}");
        } else if self.tell == Tell::Summary {
            println!(
                "best epoch {} with {:.2} % mean triplet accuracy on the validation split; next: \
                 trainer eval {}",
                self.record.best_epoch,
                100.0 * self.record.best_val,
                self.out.display()
            );
        }
        Ok(())
    }
}

/// Keeps two processes from training the same run: their checkpoints would be mixed.
fn lock(out: &Path) -> Result<File, TrainerError> {
    fs::create_dir_all(out).map_err(TrainerError::io("create the folder", out))?;
    let path = out.join("lock");
    let file = File::create(&path).map_err(TrainerError::io("write", &path))?;
    // One that was killed may need a moment until it is gone.
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(TrainerError::Run {
                    path: out.to_owned(),
                    message: "another process is training it; wait for it, or stop it first".into(),
                });
            }
            Err(TryLockError::Error(source)) => {
                return Err(TrainerError::io("lock", path)(source));
            }
        }
    }
}

/// Empties a run's folder, but for the lock that is held.
fn clear(out: &Path) -> Result<(), TrainerError> {
    for entry in fs::read_dir(out).map_err(TrainerError::io("list", out))? {
        let path = entry.map_err(TrainerError::io("list", out))?.path();
        if path.is_dir() {
            fs::remove_dir_all(&path).map_err(TrainerError::io("clear", &path))?;
        } else if path.file_name() != Some("lock".as_ref()) {
            fs::remove_file(&path).map_err(TrainerError::io("clear", &path))?;
        }
    }
    Ok(())
}

/// Writes `config.toml`, or checks that the one there is the same but for the number of epochs.
fn prepare_folder(config: &Config, out: &Path, fresh: bool) -> Result<(), TrainerError> {
    let path = out.join("config.toml");
    if fresh && path.is_file() {
        // Only a folder that this program made is ever cleared.
        clear(out)?;
    }
    if path.is_file() {
        let mut before = Config::load(&path, &[])?;
        before.train.epochs = config.train.epochs;
        if before != *config {
            return Err(TrainerError::Run {
                path: out.to_owned(),
                message: "it holds a run of another configuration; give another --out, or --fresh \
                          to start again"
                    .into(),
            });
        }
    }
    let text = toml::to_string_pretty(config).map_err(|error| {
        TrainerError::Message(format!("the configuration cannot be written: {error}"))
    })?;
    files::write_atomically(&path, text.as_bytes())
}
