//! Hands the protocol's descriptors on to the crate: histories as JSON are read by them.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    match std::env::var("DEP_TEMPORALIO_PROTOS_DESCRIPTOR_PATH") {
        Ok(path) => println!("cargo:rustc-env=NTRO_TEMPORAL_DESCRIPTORS={path}"),
        Err(error) => println!("cargo:error=temporalio-protos does not say where its descriptors are: {error}"),
    }
}
