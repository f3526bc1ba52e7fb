// A recurrent layer over whole sequences, for some rows of a batch: forward and backward.
//
// The operand of the product at a step is one row [state | input | 1] for each row of the batch,
// and its other factor one matrix [recurrent weights; weights; bias], packed into panels once. The
// operand of step s + 1 is where step s leaves its state. So a step is a product of tiles and a
// pass of the cell over a block that is still in the cache.
//
// Going back, the gradient of the weights is summed over a few steps at a time, while the gradients
// of their sums are still in the second-level cache, and those never travel to memory.

#include "RecurrenceLayout.template.h"
#include "RecurrenceWeights.template.h"
#include "RecurrenceProducts.template.h"
#include "RecurrenceForward.template.h"
#include "RecurrenceBackward.template.h"
