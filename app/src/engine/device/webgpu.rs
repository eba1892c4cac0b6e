//! Burn's WebGPU backend, without fusion and autotune.

use burn::tensor::Device;

use super::Started;
use crate::adapter::{Probe, probe};
use crate::protocol::{Backend, Preference};
use crate::scope;

/// Asks the browser for a device. Works once per worker; a lost device needs a new worker.
///
/// # Errors
/// There is no adapter, or only a software one that was not asked for.
pub(in crate::engine) async fn start(preference: Preference) -> Result<Started, String> {
    let probe = probe(&scope::global().navigator()).await;
    let software = probe.is_software();
    let name = match probe {
        Probe::Missing => return Err("this browser offers no WebGPU to workers".into()),
        Probe::NoAdapter => return Err("the browser found no graphics adapter".into()),
        Probe::Adapter { name, .. } => name,
    };
    if software && preference != Preference::Webgpu {
        return Err(format!(
            "the only graphics adapter is a software one ({name}), slower than the CPU engine"
        ));
    }
    let (device, setup) = Device::wgpu_options()
        .init_with_setup_async()
        .await
        .map_err(|error| format!("the graphics adapter {name} cannot be used ({error})"))?;
    let limits = setup.device.limits();
    Ok(Started {
        device,
        backend: Backend::Webgpu,
        adapter: Some(name),
        buffer_bytes: limits
            .max_storage_buffer_binding_size
            .min(limits.max_buffer_size),
        pictures_at_once: 64,
    })
}
