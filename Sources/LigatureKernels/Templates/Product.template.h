// Matrix product, in three layers: tiles in registers, packing, and the loops around them.

#if LK_MANY_REGISTERS
#define TILE_ROWS 14  // 28 sums, 2 vectors, 1 broadcast: 31 of 32 registers
#else
#define TILE_ROWS 6  // 12 sums, 2 vectors, 1 broadcast, 1 product where it is not fused: 16
#endif
#define TILE_COLUMNS (2 * LANES)
/// Rows of a tile rounded up to whole vectors, so that it can be transposed in registers.
#define TILE_ROWS_PADDED ((TILE_ROWS + LANES - 1) / LANES * LANES)

#include "ProductTile.template.h"
#include "ProductPack.template.h"
#include "ProductEpilogue.template.h"
#include "ProductPlan.template.h"
#include "ProductLoops.template.h"
