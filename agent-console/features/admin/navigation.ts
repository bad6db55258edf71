import { type Component, computed, shallowReactive } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { Permission } from '../../../contract/permissions.rules'

export interface AdminNavigationEntry {
  id: string
  icon: Component
  labelKey: string
  to: RouteLocationRaw
  permission?: Permission
  order?: number
}

const entries = shallowReactive(new Map<string, AdminNavigationEntry>())

export function registerAdminNavigation(entry: AdminNavigationEntry): void {
  entries.set(entry.id, entry)
}
export const adminNavigation = computed(() =>
  [...entries.values()].sort((a, b) => (a.order ?? 50) - (b.order ?? 50)),
)
