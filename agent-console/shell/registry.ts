import { effectScope } from 'vue'
import { registerAdminNavigation } from '../features/admin/navigation'
import { registerTicketPanel } from '../features/tickets/panels'
import type { ConsoleFeature } from './feature'
import { registerNavigation } from './navigation'
import { registerOverlay, registerTopBarItem } from './slots'

// Apart from feature.ts: the feature files import that one, and a cycle would run them too early.
const modules = import.meta.glob<ConsoleFeature>('../features/*/feature.ts', {
  eager: true,
  import: 'default',
})

export const features: readonly ConsoleFeature[] = Object.values(modules)

export function registerFeatures(): void {
  for (const feature of features) {
    feature.navigation?.forEach(registerNavigation)
    feature.adminNavigation?.forEach(registerAdminNavigation)
    feature.topBar?.forEach(registerTopBarItem)
    feature.overlays?.forEach(registerOverlay)
    feature.ticketPanels?.forEach(registerTicketPanel)
  }
}

/** Runs every feature's `setup` in one scope, so that their hotkeys, commands and watchers end at sign-out. */
export function startFeatures(): () => void {
  const scope = effectScope(true)
  const cleanUps = scope.run(() => features.map((feature) => feature.setup?.())) ?? []
  return () => {
    for (const cleanUp of cleanUps) cleanUp?.()
    scope.stop()
  }
}
