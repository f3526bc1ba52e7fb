// Every kernel over a table of sizes and settings, as one number for each: processors and levels
// that compute the same bits give the same number. Inputs come from an integer generator.

#ifndef EQUAL_BITS_H
#define EQUAL_BITS_H

#include "LigatureKernels.h"

/// How many kernels there are, and what they are called.
int eb_count(void);
const char *eb_name(int kernel);

/// A hash of all results of a kernel at the level in use on this thread. Any NaN counts as the same;
/// which one comes out of an operation differs between processors. 0 for those that have no results of
/// their own, or none that levels share.
uint64_t eb_hash(int kernel, LKScalar type);

#endif
