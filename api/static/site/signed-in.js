"use strict";
/* Where a provider sends a frame or a window of the query desk back to: its answer is told to the desk, and only there. */
(window.opener || window.parent).postMessage(location.search, location.origin);
if (window.opener) window.close();
