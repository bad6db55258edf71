import type { Projection } from './features/events/projector'
import type { Deps } from './lib/deps'

/** Whatever is derived from the events; each works through them in its own time. */
export const createProjections = (_deps: Deps): Projection[] => []
