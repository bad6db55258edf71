import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { Permission } from '../contract/permissions.rules'
import { useSessionStore } from './features/session/session.store'
import type { ConsoleFeature } from './shell/feature'

declare module 'vue-router' {
  interface RouteMeta {
    /** Needed to open the page. */
    permission?: Permission
    /** Open to people who are not signed in. */
    public?: boolean
    /** Translation key of the tab's title. */
    titleKey?: string
  }
}

function routesOf(features: readonly ConsoleFeature[]): RouteRecordRaw[] {
  const missing = () => import('./shell/MissingPage.vue')
  return [
    {
      path: '/login',
      name: 'login',
      component: () => import('./features/session/LoginPage.vue'),
      meta: { public: true, titleKey: 'session.signIn' },
    },
    {
      path: '/setup/:token',
      name: 'setup',
      component: () => import('./features/session/SetupPage.vue'),
      props: true,
      meta: { public: true, titleKey: 'session.setup.title' },
    },
    ...features.flatMap((feature) => feature.bareRoutes ?? []),
    {
      path: '/',
      component: () => import('./shell/ShellLayout.vue'),
      children: [
        { path: '', name: 'home', component: () => import('./shell/HomePage.vue') },
        ...features.flatMap((feature) => feature.routes ?? []),
        {
          path: 'settings',
          name: 'settings',
          component: () => import('./features/session/SettingsPage.vue'),
          meta: { titleKey: 'session.settings.title' },
        },
        {
          path: 'admin',
          component: () => import('./features/admin/AdminLayout.vue'),
          meta: { titleKey: 'shell.admin' },
          children: [
            { path: '', name: 'admin', component: missing },
            ...features.flatMap((feature) => feature.adminRoutes ?? []),
          ],
        },
        { path: 'forbidden', name: 'forbidden', component: missing, props: { forbidden: true } },
        { path: ':rest(.*)*', name: 'missing', component: missing, meta: { titleKey: 'shell.missing' } },
      ],
    },
  ]
}

export function makeRouter(features: readonly ConsoleFeature[]) {
  const router = createRouter({ history: createWebHistory('/console/'), routes: routesOf(features) })
  router.beforeEach(async (to) => {
    if (to.meta.public) return true
    const session = useSessionStore()
    await session.ensureLoaded()
    // Unknown because the server did not answer: App.vue says so and offers to try again.
    if (session.loadError) return true
    if (!session.isSignedIn)
      return { name: 'login', query: to.fullPath === '/' ? {} : { return: to.fullPath } }
    if (to.meta.permission && !session.can(to.meta.permission)) return { name: 'forbidden' }
    return true
  })
  return router
}
