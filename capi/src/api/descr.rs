//! Descriptors: `PyDescr_*`, `PyWrapper_New`, `PyMember_*`.
