import { type Component, computed, type MaybeRefOrGetter, shallowReactive } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { Permission } from '../../contract/permissions.rules'

export interface NavigationEntry {
  /** Also the test id: `nav-<id>`. */
  id: string
  icon: Component
  labelKey: string
  to: RouteLocationRaw
  permission?: Permission
  badge?: MaybeRefOrGetter<number>
  order?: number
}

const entries = shallowReactive(new Map<string, NavigationEntry>())

export function registerNavigation(entry: NavigationEntry): void {
  entries.set(entry.id, entry)
}
export const navigationEntries = computed(() =>
  [...entries.values()].sort((a, b) => (a.order ?? 50) - (b.order ?? 50)),
)
