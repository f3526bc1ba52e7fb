// The table by which this level's kernels for this scalar type are found.

const LKKernels LK_JOIN3(lk_kernels, LK_LEVEL, LK_TYPE) = {
#define LK_MAP(KIND, name, y, reads, dx) .map[LK_##KIND] = FN(map_##name),
#include "../Maps.h"
#define LK_MAP(KIND, name, y, reads, dx) .map_gradient[LK_##KIND] = FN(gradient_##name),
#include "../Maps.h"
#define LK_ZIP(KIND, name, value) .zip[LK_##KIND] = FN(zip_##name),
#include "../Zips.h"
    .reduce =
        {
            [LK_SUM] = FN(reduce_sum),
            [LK_SUM_OF_SQUARES] = FN(reduce_sum_of_squares),
            [LK_PRODUCT_OF] = FN(reduce_product),
            [LK_MAX_OF] = FN(reduce_max),
            [LK_MIN_OF] = FN(reduce_min),
            [LK_MEAN_OF] = FN(reduce_mean),
        },
#define LK_ENTRY(result, name, parameters, arguments) .name = FN(name),
#define LK_INNER_ENTRY LK_ENTRY
#include "../EntryPoints.h"
};
