// Puts the page together: every part below looks after itself.
import { startActions } from "./actions.js";
import { startClock } from "./clock.js";
import { startComposers } from "./composer.js";
import { startDemo } from "./demo.js";
import { startFlow } from "./flow.js";
import { startLive } from "./live.js";
import { startPaged } from "./paged.js";
import { startThread } from "./thread.js";

startClock();
startFlow();
startThread();
startComposers();
startActions();
startPaged();
startDemo();
startLive();
