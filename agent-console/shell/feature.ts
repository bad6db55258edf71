import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import type { AdminNavigationEntry } from '../features/admin/navigation'
import type { TicketPanel } from '../features/tickets/panels'
import type { NavigationEntry } from './navigation'
import type { TopBarItem } from './slots'

/** What a feature adds to the console. `features/<word>/feature.ts` exports it as default and is found by itself. */
export interface ConsoleFeature {
  /** Inside the shell; relative paths. */
  routes?: RouteRecordRaw[]
  /** Full screen, outside the shell; absolute paths. */
  bareRoutes?: RouteRecordRaw[]
  /** Inside the administration frame; relative to /admin. */
  adminRoutes?: RouteRecordRaw[]
  navigation?: NavigationEntry[]
  adminNavigation?: AdminNavigationEntry[]
  topBar?: TopBarItem[]
  overlays?: Component[]
  /** Cards on the ticket page. */
  ticketPanels?: TicketPanel[]
  /** Runs at each sign-in; what it returns, at sign-out. */
  setup?: () => (() => void) | undefined
}

export const defineFeature = (feature: ConsoleFeature): ConsoleFeature => feature
