// The pages of docs/, read by the compiler. Written by scripts/embed-docs.py.

#include "cdocs.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char page0[] = {
#embed "../../docs/README.md"
};
static const unsigned char page1[] = {
#embed "../../docs/STYLE.md"
};
static const unsigned char page2[] = {
#embed "../../docs/concepts/architecture.md"
};
static const unsigned char page3[] = {
#embed "../../docs/concepts/checks.md"
};
static const unsigned char page4[] = {
#embed "../../docs/concepts/court.md"
};
static const unsigned char page5[] = {
#embed "../../docs/concepts/glossary.md"
};
static const unsigned char page6[] = {
#embed "../../docs/concepts/incentives.md"
};
static const unsigned char page7[] = {
#embed "../../docs/concepts/labels.md"
};
static const unsigned char page8[] = {
#embed "../../docs/concepts/looks.md"
};
static const unsigned char page9[] = {
#embed "../../docs/concepts/models.md"
};
static const unsigned char page10[] = {
#embed "../../docs/concepts/panels.md"
};
static const unsigned char page11[] = {
#embed "../../docs/concepts/pay.md"
};
static const unsigned char page12[] = {
#embed "../../docs/concepts/proofs.md"
};
static const unsigned char page13[] = {
#embed "../../docs/concepts/road.md"
};
static const unsigned char page14[] = {
#embed "../../docs/concepts/subnets.md"
};
static const unsigned char page15[] = {
#embed "../../docs/concepts/topics.md"
};
static const unsigned char page16[] = {
#embed "../../docs/concepts/tournaments.md"
};
static const unsigned char page17[] = {
#embed "../../docs/concepts/trust.md"
};
static const unsigned char page18[] = {
#embed "../../docs/decisions/0000-template.md"
};
static const unsigned char page19[] = {
#embed "../../docs/decisions/0001-refusal-in-primitives.md"
};
static const unsigned char page20[] = {
#embed "../../docs/decisions/0002-declare-needs-both.md"
};
static const unsigned char page21[] = {
#embed "../../docs/decisions/0003-stale-timers.md"
};
static const unsigned char page22[] = {
#embed "../../docs/decisions/0004-links-once-and-early.md"
};
static const unsigned char page23[] = {
#embed "../../docs/decisions/0005-treasury-is-final.md"
};
static const unsigned char page24[] = {
#embed "../../docs/decisions/0006-names-of-targets.md"
};
static const unsigned char page25[] = {
#embed "../../docs/decisions/0007-own-onnx-reader.md"
};
static const unsigned char page26[] = {
#embed "../../docs/decisions/0008-own-sha256-and-http-client.md"
};
static const unsigned char page27[] = {
#embed "../../docs/decisions/0009-beacon-when-the-timer-fires.md"
};
static const unsigned char page28[] = {
#embed "../../docs/decisions/0010-salts-under-their-object.md"
};
static const unsigned char page29[] = {
#embed "../../docs/decisions/0011-keys-in-clear.md"
};
static const unsigned char page30[] = {
#embed "../../docs/decisions/0012-close-lease.md"
};
static const unsigned char page31[] = {
#embed "../../docs/decisions/0013-no-buyer-demand-under-replicated.md"
};
static const unsigned char page32[] = {
#embed "../../docs/decisions/0014-broken-lease.md"
};
static const unsigned char page33[] = {
#embed "../../docs/decisions/0015-seat-stake.md"
};
static const unsigned char page34[] = {
#embed "../../docs/decisions/0016-offers-only-open.md"
};
static const unsigned char page35[] = {
#embed "../../docs/decisions/0017-one-shown-chunk.md"
};
static const unsigned char page36[] = {
#embed "../../docs/decisions/0018-game-bytes.md"
};
static const unsigned char page37[] = {
#embed "../../docs/decisions/0019-weights-when-bids-close.md"
};
static const unsigned char page38[] = {
#embed "../../docs/decisions/0020-accept-window-of-a-take.md"
};
static const unsigned char page39[] = {
#embed "../../docs/decisions/0021-one-way-to-append.md"
};
static const unsigned char page40[] = {
#embed "../../docs/decisions/0022-salt-from-the-key.md"
};
static const unsigned char page41[] = {
#embed "../../docs/decisions/0023-leaf-in-the-box.md"
};
static const unsigned char page42[] = {
#embed "../../docs/decisions/0024-openings-once-a-claim.md"
};
static const unsigned char page43[] = {
#embed "../../docs/decisions/0025-moves-inline.md"
};
static const unsigned char page44[] = {
#embed "../../docs/decisions/0026-audited-replicas.md"
};
static const unsigned char page45[] = {
#embed "../../docs/decisions/0027-root-by-root.md"
};
static const unsigned char page46[] = {
#embed "../../docs/decisions/0028-sealed-keys.md"
};
static const unsigned char page47[] = {
#embed "../../docs/decisions/0029-readers-room.md"
};
static const unsigned char page48[] = {
#embed "../../docs/decisions/0030-pages-by-type.md"
};
static const unsigned char page49[] = {
#embed "../../docs/decisions/0031-open-proofs.md"
};
static const unsigned char page50[] = {
#embed "../../docs/decisions/0032-bytes-by-product.md"
};
static const unsigned char page51[] = {
#embed "../../docs/decisions/0033-parts-and-places.md"
};
static const unsigned char page52[] = {
#embed "../../docs/decisions/0034-proved-check.md"
};
static const unsigned char page53[] = {
#embed "../../docs/decisions/0035-one-function-an-element.md"
};
static const unsigned char page54[] = {
#embed "../../docs/decisions/0036-nonces-for-a-day.md"
};
static const unsigned char page55[] = {
#embed "../../docs/decisions/0037-private-proofs.md"
};
static const unsigned char page56[] = {
#embed "../../docs/decisions/0038-transactions-by-their-hash.md"
};
static const unsigned char page57[] = {
#embed "../../docs/decisions/0039-channels-stay.md"
};
static const unsigned char page58[] = {
#embed "../../docs/decisions/0040-sold-runs.md"
};
static const unsigned char page59[] = {
#embed "../../docs/decisions/0041-subnets-in-dollars.md"
};
static const unsigned char page60[] = {
#embed "../../docs/decisions/0042-allowances.md"
};
static const unsigned char page61[] = {
#embed "../../docs/decisions/0043-charged-what-was-said.md"
};
static const unsigned char page62[] = {
#embed "../../docs/decisions/0044-hidden-weights.md"
};
static const unsigned char page63[] = {
#embed "../../docs/decisions/0045-judged-by-the-work.md"
};
static const unsigned char page64[] = {
#embed "../../docs/decisions/0048-tournaments.md"
};
static const unsigned char page65[] = {
#embed "../../docs/decisions/0049-topics.md"
};
static const unsigned char page66[] = {
#embed "../../docs/decisions/0050-payments-by-steps.md"
};
static const unsigned char page67[] = {
#embed "../../docs/decisions/0051-one-unsettled-payment.md"
};
static const unsigned char page68[] = {
#embed "../../docs/decisions/0052-two-words-one-bond.md"
};
static const unsigned char page69[] = {
#embed "../../docs/decisions/0053-held-claims.md"
};
static const unsigned char page70[] = {
#embed "../../docs/decisions/0054-contested-inputs.md"
};
static const unsigned char page71[] = {
#embed "../../docs/decisions/0055-an-agents-channels.md"
};
static const unsigned char page72[] = {
#embed "../../docs/decisions/0056-keys-for-receipts.md"
};
static const unsigned char page73[] = {
#embed "../../docs/decisions/0057-hidden-weights-off-the-ledger.md"
};
static const unsigned char page74[] = {
#embed "../../docs/decisions/0058-helpers.md"
};
static const unsigned char page75[] = {
#embed "../../docs/decisions/0059-an-agent-ends-in-one-act.md"
};
static const unsigned char page76[] = {
#embed "../../docs/decisions/0060-panels.md"
};
static const unsigned char page77[] = {
#embed "../../docs/decisions/0061-hidden-lookups.md"
};
static const unsigned char page78[] = {
#embed "../../docs/decisions/0062-routed-orders.md"
};
static const unsigned char page79[] = {
#embed "../../docs/decisions/0063-own-assets.md"
};
static const unsigned char page80[] = {
#embed "../../docs/decisions/0064-a-silent-seat.md"
};
static const unsigned char page81[] = {
#embed "../../docs/decisions/0065-a-seeders-part.md"
};
static const unsigned char page82[] = {
#embed "../../docs/decisions/0066-one-list-of-tables.md"
};
static const unsigned char page83[] = {
#embed "../../docs/decisions/0068-keys-that-sign-often.md"
};
static const unsigned char page84[] = {
#embed "../../docs/decisions/0069-what-work-costs.md"
};
static const unsigned char page85[] = {
#embed "../../docs/decisions/0070-sent-until-answered.md"
};
static const unsigned char page86[] = {
#embed "../../docs/decisions/0072-a-registration-of-hidden-weights.md"
};
static const unsigned char page87[] = {
#embed "../../docs/decisions/0073-answers-that-pass-a-check.md"
};
static const unsigned char page88[] = {
#embed "../../docs/decisions/0074-one-list-of-rails.md"
};
static const unsigned char page89[] = {
#embed "../../docs/decisions/0076-what-an-item-may-do.md"
};
static const unsigned char page90[] = {
#embed "../../docs/decisions/0077-the-code-of-a-batch.md"
};
static const unsigned char page91[] = {
#embed "../../docs/decisions/0078-checks-that-others-imply.md"
};
static const unsigned char page92[] = {
#embed "../../docs/decisions/0081-one-list-of-checks.md"
};
static const unsigned char page93[] = {
#embed "../../docs/decisions/README.md"
};
static const unsigned char page94[] = {
#embed "../../docs/howto/add-a-check-or-a-work.md"
};
static const unsigned char page95[] = {
#embed "../../docs/howto/be-paid-by-x402.md"
};
static const unsigned char page96[] = {
#embed "../../docs/howto/buy-a-proved-token.md"
};
static const unsigned char page97[] = {
#embed "../../docs/howto/buy-many-runs.md"
};
static const unsigned char page98[] = {
#embed "../../docs/howto/buy-proved.md"
};
static const unsigned char page99[] = {
#embed "../../docs/howto/buy-replicated.md"
};
static const unsigned char page100[] = {
#embed "../../docs/howto/check-runs.md"
};
static const unsigned char page101[] = {
#embed "../../docs/howto/give-an-agent-a-budget.md"
};
static const unsigned char page102[] = {
#embed "../../docs/howto/import-a-model.md"
};
static const unsigned char page103[] = {
#embed "../../docs/howto/judge-answers.md"
};
static const unsigned char page104[] = {
#embed "../../docs/howto/label-a-dataset.md"
};
static const unsigned char page105[] = {
#embed "../../docs/howto/prove-without-weights.md"
};
static const unsigned char page106[] = {
#embed "../../docs/howto/route-an-order.md"
};
static const unsigned char page107[] = {
#embed "../../docs/howto/run-a-node.md"
};
static const unsigned char page108[] = {
#embed "../../docs/howto/run-a-subnet.md"
};
static const unsigned char page109[] = {
#embed "../../docs/howto/run-a-topic.md"
};
static const unsigned char page110[] = {
#embed "../../docs/howto/run-a-tournament.md"
};
static const unsigned char page111[] = {
#embed "../../docs/howto/sell-by-x402.md"
};
static const unsigned char page112[] = {
#embed "../../docs/howto/talk-to-a-text-model.md"
};
static const unsigned char page113[] = {
#embed "../../docs/howto/try-the-rules.md"
};
static const unsigned char page114[] = {
#embed "../../docs/howto/turn-parties-away.md"
};
static const unsigned char page115[] = {
#embed "../../docs/howto/use-from-python.md"
};
static const unsigned char page116[] = {
#embed "../../docs/howto/use-from-scripts.md"
};
static const unsigned char page117[] = {
#embed "../../docs/howto/use-the-api.md"
};
static const unsigned char page118[] = {
#embed "../../docs/howto/use-web3.md"
};
static const unsigned char page119[] = {
#embed "../../docs/howto/verify-a-receipt.md"
};
static const unsigned char page120[] = {
#embed "../../docs/pictures/road.svg"
};
static const unsigned char page121[] = {
#embed "../../docs/pictures/rooms.svg"
};
static const unsigned char page122[] = {
#embed "../../docs/reference/api.md"
};
static const unsigned char page123[] = {
#embed "../../docs/reference/cheats.md"
};
static const unsigned char page124[] = {
#embed "../../docs/reference/cli.md"
};
static const unsigned char page125[] = {
#embed "../../docs/reference/formats.md"
};
static const unsigned char page126[] = {
#embed "../../docs/reference/index.md"
};
static const unsigned char page127[] = {
#embed "../../docs/reference/json.md"
};
static const unsigned char page128[] = {
#embed "../../docs/reference/messages.md"
};
static const unsigned char page129[] = {
#embed "../../docs/reference/performance.md"
};
static const unsigned char page130[] = {
#embed "../../docs/reference/receipt.md"
};
static const unsigned char page131[] = {
#embed "../../docs/reference/refusals.md"
};
static const unsigned char page132[] = {
#embed "../../docs/reference/states.md"
};
static const unsigned char page133[] = {
#embed "../../docs/tutorial/buy-on-the-page.md"
};
static const unsigned char page134[] = {
#embed "../../docs/tutorial/check-a-run.md"
};
static const unsigned char page135[] = {
#embed "../../docs/tutorial/sell-a-model.md"
};

static const struct cdocs_page pages[] = {
  {"README.md", page0, sizeof page0},
  {"STYLE.md", page1, sizeof page1},
  {"concepts/architecture.md", page2, sizeof page2},
  {"concepts/checks.md", page3, sizeof page3},
  {"concepts/court.md", page4, sizeof page4},
  {"concepts/glossary.md", page5, sizeof page5},
  {"concepts/incentives.md", page6, sizeof page6},
  {"concepts/labels.md", page7, sizeof page7},
  {"concepts/looks.md", page8, sizeof page8},
  {"concepts/models.md", page9, sizeof page9},
  {"concepts/panels.md", page10, sizeof page10},
  {"concepts/pay.md", page11, sizeof page11},
  {"concepts/proofs.md", page12, sizeof page12},
  {"concepts/road.md", page13, sizeof page13},
  {"concepts/subnets.md", page14, sizeof page14},
  {"concepts/topics.md", page15, sizeof page15},
  {"concepts/tournaments.md", page16, sizeof page16},
  {"concepts/trust.md", page17, sizeof page17},
  {"decisions/0000-template.md", page18, sizeof page18},
  {"decisions/0001-refusal-in-primitives.md", page19, sizeof page19},
  {"decisions/0002-declare-needs-both.md", page20, sizeof page20},
  {"decisions/0003-stale-timers.md", page21, sizeof page21},
  {"decisions/0004-links-once-and-early.md", page22, sizeof page22},
  {"decisions/0005-treasury-is-final.md", page23, sizeof page23},
  {"decisions/0006-names-of-targets.md", page24, sizeof page24},
  {"decisions/0007-own-onnx-reader.md", page25, sizeof page25},
  {"decisions/0008-own-sha256-and-http-client.md", page26, sizeof page26},
  {"decisions/0009-beacon-when-the-timer-fires.md", page27, sizeof page27},
  {"decisions/0010-salts-under-their-object.md", page28, sizeof page28},
  {"decisions/0011-keys-in-clear.md", page29, sizeof page29},
  {"decisions/0012-close-lease.md", page30, sizeof page30},
  {"decisions/0013-no-buyer-demand-under-replicated.md", page31, sizeof page31},
  {"decisions/0014-broken-lease.md", page32, sizeof page32},
  {"decisions/0015-seat-stake.md", page33, sizeof page33},
  {"decisions/0016-offers-only-open.md", page34, sizeof page34},
  {"decisions/0017-one-shown-chunk.md", page35, sizeof page35},
  {"decisions/0018-game-bytes.md", page36, sizeof page36},
  {"decisions/0019-weights-when-bids-close.md", page37, sizeof page37},
  {"decisions/0020-accept-window-of-a-take.md", page38, sizeof page38},
  {"decisions/0021-one-way-to-append.md", page39, sizeof page39},
  {"decisions/0022-salt-from-the-key.md", page40, sizeof page40},
  {"decisions/0023-leaf-in-the-box.md", page41, sizeof page41},
  {"decisions/0024-openings-once-a-claim.md", page42, sizeof page42},
  {"decisions/0025-moves-inline.md", page43, sizeof page43},
  {"decisions/0026-audited-replicas.md", page44, sizeof page44},
  {"decisions/0027-root-by-root.md", page45, sizeof page45},
  {"decisions/0028-sealed-keys.md", page46, sizeof page46},
  {"decisions/0029-readers-room.md", page47, sizeof page47},
  {"decisions/0030-pages-by-type.md", page48, sizeof page48},
  {"decisions/0031-open-proofs.md", page49, sizeof page49},
  {"decisions/0032-bytes-by-product.md", page50, sizeof page50},
  {"decisions/0033-parts-and-places.md", page51, sizeof page51},
  {"decisions/0034-proved-check.md", page52, sizeof page52},
  {"decisions/0035-one-function-an-element.md", page53, sizeof page53},
  {"decisions/0036-nonces-for-a-day.md", page54, sizeof page54},
  {"decisions/0037-private-proofs.md", page55, sizeof page55},
  {"decisions/0038-transactions-by-their-hash.md", page56, sizeof page56},
  {"decisions/0039-channels-stay.md", page57, sizeof page57},
  {"decisions/0040-sold-runs.md", page58, sizeof page58},
  {"decisions/0041-subnets-in-dollars.md", page59, sizeof page59},
  {"decisions/0042-allowances.md", page60, sizeof page60},
  {"decisions/0043-charged-what-was-said.md", page61, sizeof page61},
  {"decisions/0044-hidden-weights.md", page62, sizeof page62},
  {"decisions/0045-judged-by-the-work.md", page63, sizeof page63},
  {"decisions/0048-tournaments.md", page64, sizeof page64},
  {"decisions/0049-topics.md", page65, sizeof page65},
  {"decisions/0050-payments-by-steps.md", page66, sizeof page66},
  {"decisions/0051-one-unsettled-payment.md", page67, sizeof page67},
  {"decisions/0052-two-words-one-bond.md", page68, sizeof page68},
  {"decisions/0053-held-claims.md", page69, sizeof page69},
  {"decisions/0054-contested-inputs.md", page70, sizeof page70},
  {"decisions/0055-an-agents-channels.md", page71, sizeof page71},
  {"decisions/0056-keys-for-receipts.md", page72, sizeof page72},
  {"decisions/0057-hidden-weights-off-the-ledger.md", page73, sizeof page73},
  {"decisions/0058-helpers.md", page74, sizeof page74},
  {"decisions/0059-an-agent-ends-in-one-act.md", page75, sizeof page75},
  {"decisions/0060-panels.md", page76, sizeof page76},
  {"decisions/0061-hidden-lookups.md", page77, sizeof page77},
  {"decisions/0062-routed-orders.md", page78, sizeof page78},
  {"decisions/0063-own-assets.md", page79, sizeof page79},
  {"decisions/0064-a-silent-seat.md", page80, sizeof page80},
  {"decisions/0065-a-seeders-part.md", page81, sizeof page81},
  {"decisions/0066-one-list-of-tables.md", page82, sizeof page82},
  {"decisions/0068-keys-that-sign-often.md", page83, sizeof page83},
  {"decisions/0069-what-work-costs.md", page84, sizeof page84},
  {"decisions/0070-sent-until-answered.md", page85, sizeof page85},
  {"decisions/0072-a-registration-of-hidden-weights.md", page86, sizeof page86},
  {"decisions/0073-answers-that-pass-a-check.md", page87, sizeof page87},
  {"decisions/0074-one-list-of-rails.md", page88, sizeof page88},
  {"decisions/0076-what-an-item-may-do.md", page89, sizeof page89},
  {"decisions/0077-the-code-of-a-batch.md", page90, sizeof page90},
  {"decisions/0078-checks-that-others-imply.md", page91, sizeof page91},
  {"decisions/0081-one-list-of-checks.md", page92, sizeof page92},
  {"decisions/README.md", page93, sizeof page93},
  {"howto/add-a-check-or-a-work.md", page94, sizeof page94},
  {"howto/be-paid-by-x402.md", page95, sizeof page95},
  {"howto/buy-a-proved-token.md", page96, sizeof page96},
  {"howto/buy-many-runs.md", page97, sizeof page97},
  {"howto/buy-proved.md", page98, sizeof page98},
  {"howto/buy-replicated.md", page99, sizeof page99},
  {"howto/check-runs.md", page100, sizeof page100},
  {"howto/give-an-agent-a-budget.md", page101, sizeof page101},
  {"howto/import-a-model.md", page102, sizeof page102},
  {"howto/judge-answers.md", page103, sizeof page103},
  {"howto/label-a-dataset.md", page104, sizeof page104},
  {"howto/prove-without-weights.md", page105, sizeof page105},
  {"howto/route-an-order.md", page106, sizeof page106},
  {"howto/run-a-node.md", page107, sizeof page107},
  {"howto/run-a-subnet.md", page108, sizeof page108},
  {"howto/run-a-topic.md", page109, sizeof page109},
  {"howto/run-a-tournament.md", page110, sizeof page110},
  {"howto/sell-by-x402.md", page111, sizeof page111},
  {"howto/talk-to-a-text-model.md", page112, sizeof page112},
  {"howto/try-the-rules.md", page113, sizeof page113},
  {"howto/turn-parties-away.md", page114, sizeof page114},
  {"howto/use-from-python.md", page115, sizeof page115},
  {"howto/use-from-scripts.md", page116, sizeof page116},
  {"howto/use-the-api.md", page117, sizeof page117},
  {"howto/use-web3.md", page118, sizeof page118},
  {"howto/verify-a-receipt.md", page119, sizeof page119},
  {"pictures/road.svg", page120, sizeof page120},
  {"pictures/rooms.svg", page121, sizeof page121},
  {"reference/api.md", page122, sizeof page122},
  {"reference/cheats.md", page123, sizeof page123},
  {"reference/cli.md", page124, sizeof page124},
  {"reference/formats.md", page125, sizeof page125},
  {"reference/index.md", page126, sizeof page126},
  {"reference/json.md", page127, sizeof page127},
  {"reference/messages.md", page128, sizeof page128},
  {"reference/performance.md", page129, sizeof page129},
  {"reference/receipt.md", page130, sizeof page130},
  {"reference/refusals.md", page131, sizeof page131},
  {"reference/states.md", page132, sizeof page132},
  {"tutorial/buy-on-the-page.md", page133, sizeof page133},
  {"tutorial/check-a-run.md", page134, sizeof page134},
  {"tutorial/sell-a-model.md", page135, sizeof page135},
};

const struct cdocs_page *cdocs_first(void) { return pages; }
const size_t cdocs_count = sizeof pages / sizeof pages[0];
