import { rollupsProjection } from './features/dashboard/rollups.projection'
import { escalationProjection } from './features/escalations/escalations.projection'
import type { Projection } from './features/events/projector'
import { notificationsProjection } from './features/notifications/notifications.projection'
import { slaProjection } from './features/sla/sla.projection'
import { webhooksProjection } from './features/webhooks/webhooks.projection'
import type { Deps } from './lib/deps'

/** Whatever is derived from the events; each works through them in its own time. */
export const createProjections = (deps: Deps): Projection[] => [
  slaProjection(deps),
  escalationProjection(deps),
  rollupsProjection,
  webhooksProjection(deps),
  notificationsProjection(deps),
]
