// Everything works without these; with them no page is loaded anew for what is said on it.

import { keepLive } from "./live.js";
import { roveAll } from "./rove.js";
import { suggestAll } from "./suggest.js";

keepLive();
roveAll();
suggestAll();
