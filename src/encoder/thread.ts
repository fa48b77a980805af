/** @file The thread that encodes in Node. */

import { chooseEngine } from '../engine/choose.ts';
import { serveOrders } from './serve-orders.ts';

serveOrders(chooseEngine);
