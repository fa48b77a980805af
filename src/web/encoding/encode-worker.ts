/** @file The worker that encodes in a page. */

import { serveOrders } from '../../encoder/serve-orders.ts';
import { chooseInPage } from '../../engine/choose-in-page.ts';

serveOrders(chooseInPage);
