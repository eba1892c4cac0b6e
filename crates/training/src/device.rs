//! Choosing where tensors live.

use burn::tensor::Device;
use clap::ValueEnum;

use crate::error::TrainerError;

/// The backend asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    /// The GPU where a real one is there, else the CPU.
    #[default]
    Auto,
    /// The GPU through wgpu, a software adapter included.
    Wgpu,
    /// The CPU.
    Flex,
}

/// A device and what to tell people about it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The device of the tensors, without autodiff.
    pub device: Device,
    /// "flex on 2 cores", "wgpu on NVIDIA ...".
    pub description: String,
    /// True for the CPU.
    pub on_cpu: bool,
}

/// Opens the device for a backend.
///
/// # Errors
/// When wgpu is asked for and there is none, or this build was made without it.
pub fn open(backend: Backend) -> Result<Opened, TrainerError> {
    match backend {
        Backend::Flex => Ok(flex(None)),
        Backend::Wgpu => wgpu::open(true),
        Backend::Auto => Ok(wgpu::open(false).unwrap_or_else(|error| flex(Some(&error)))),
    }
}

/// A block as large as glibc takes as a sign that more of its size follow.
const LARGE: usize = 31 << 20;

/// Keeps the memory that a step frees for the next one: given back to the system, it would come back page by page and
/// cleared. Other allocators than glibc's take no notice.
fn keep_freed_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE)));
}

fn flex(why: Option<&TrainerError>) -> Opened {
    keep_freed_memory();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut description = format!("flex on {cores} CPU cores");
    if let Some(TrainerError::Device(reason)) = why {
        description.push_str(" (");
        description.push_str(reason);
        description.push(')');
    }
    Opened {
        device: Device::flex(),
        description,
        on_cpu: true,
    }
}

#[cfg(feature = "wgpu")]
mod wgpu {
    use std::sync::OnceLock;

    use burn::tensor::Device;
    use burn::tensor::wgpu::wgpu::DeviceType;

    use super::{Opened, TrainerError};

    /// A runtime can be initialised once per process; whoever asks again gets the same device.
    static OPENED: OnceLock<Result<(Opened, bool), String>> = OnceLock::new();

    pub(super) fn open(software_too: bool) -> Result<Opened, TrainerError> {
        let opened = OPENED.get_or_init(|| {
            let (device, setup) = Device::wgpu_options()
                .init_with_setup()
                .map_err(|error| format!("wgpu found no adapter: {error}"))?;
            let info = setup.adapter.get_info();
            let opened = Opened {
                device,
                description: format!("wgpu on {} ({:?})", info.name, info.backend),
                on_cpu: false,
            };
            Ok((opened, info.device_type == DeviceType::Cpu))
        });
        match opened {
            Err(reason) => Err(TrainerError::Device(reason.clone())),
            Ok((opened, true)) if !software_too => Err(TrainerError::Device(format!(
                "{} is a software adapter, slower than the CPU itself",
                opened.description
            ))),
            Ok((opened, _)) => Ok(opened.clone()),
        }
    }
}

#[cfg(not(feature = "wgpu"))]
mod wgpu {
    use super::{Opened, TrainerError};

    pub(super) fn open(_software_too: bool) -> Result<Opened, TrainerError> {
        Err(TrainerError::Device(
            "this build has no wgpu; build it with the feature `wgpu`, or use --backend flex"
                .into(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flex_is_always_there() {
        let opened = open(Backend::Flex).expect("flex needs nothing");
        assert!(opened.description.starts_with("flex on "));
    }

    #[test]
    #[cfg(not(feature = "wgpu"))]
    fn auto_falls_back_to_the_cpu_and_says_why() {
        let opened = open(Backend::Auto).expect("flex needs nothing");
        assert!(opened.on_cpu);
        let description = opened.description;
        assert!(
            description.starts_with("flex on ") && description.contains("this build has no wgpu"),
            "{description}"
        );
    }

    #[test]
    #[cfg(not(feature = "wgpu"))]
    fn wgpu_is_refused_in_a_build_without_it() {
        let error = open(Backend::Wgpu)
            .expect_err("it was asked for")
            .to_string();
        assert!(error.contains("--backend flex"), "{error}");
    }
}
