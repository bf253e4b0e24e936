//! Blocks into an incident, one submodule per field. Not written yet.
