// All views, in the order of the menu. To add one, write a module in views/ and add it here; to add a column to a table,
// add it to the list of columns in the view's module. A view is
//
// {
//   id, title,             its address is #/id
//   question,              what it answers, in one line
//   request(ctx),          { query }: the request to the endpoint "otp" that gives its data; { path, query } if it is
//                          about a node; { endpoint } for another endpoint
//   render(data, ctx),     an element
//   markdown(data, ctx),   what is copied into a ticket
//   mermaid(data, ctx),    the same as a diagram, if there is one
//   badge(system),         a number for the menu, if there is one
//   heading(data, ctx),    what stands above it instead of the title
//   endpoint,              the other endpoint that it needs; not in the menu where that is not exposed
//   hidden,                true if it is not in the menu
// }

import { actors } from './views/actors.js';
import { budgets } from './views/budgets.js';
import { calls } from './views/calls.js';
import { crashes } from './views/crashes.js';
import { dropped } from './views/dropped.js';
import { deliveries } from './views/deliveries.js';
import { leases } from './views/leases.js';
import { node } from './views/node.js';
import { parked } from './views/parked.js';
import { runtime } from './views/runtime.js';
import { starts } from './views/starts.js';
import { stuck } from './views/stuck.js';
import { timeline } from './views/timeline.js';
import { tree } from './views/tree.js';
import { waits } from './views/waits.js';

export const VIEWS = [tree, actors, node, stuck, waits, crashes, calls, dropped, parked, timeline, starts, budgets, leases, deliveries, runtime];
