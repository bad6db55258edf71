import { type Component, computed, shallowReactive } from 'vue'
import type { Permission } from '../../contract/permissions.rules'

/** Places in the top bar: today's figures, the presence control, and anything after it. */
export type TopBarSlot = 'figures' | 'presence' | 'end'

export interface TopBarItem {
  id: string
  slot: TopBarSlot
  component: Component
  order?: number
  permission?: Permission
}

const items = shallowReactive(new Map<string, TopBarItem>())
const overlays = shallowReactive(new Set<Component>())

export function registerTopBarItem(item: TopBarItem): void {
  items.set(item.id, item)
}
/** A component that lives beside the pages while somebody is signed in: an incoming offer, for example. */
export function registerOverlay(component: Component): void {
  overlays.add(component)
}

export const topBarItems = computed(() =>
  [...items.values()].sort((a, b) => (a.order ?? 50) - (b.order ?? 50)),
)
export const overlayComponents = computed(() => [...overlays])
