import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Me } from '../../../contract/people.schema'
import type { Permission } from '../../../contract/permissions.rules'
import { ApiProblem, api } from '../../lib/api'

/** Who is signed in in this browser and what they may do. */
export const useSessionStore = defineStore('session', () => {
  const agent = shallowRef<Me['agent'] | null>(null)
  const permissions = ref<readonly Permission[]>([])
  /** The topmost department: its people set what holds for everybody. */
  const organisation = shallowRef<Me['organisation']>({ name: '', isOwn: false })
  /** Why it is not known who is signed in; null once it is. */
  const loadError = shallowRef<unknown>(null)
  const isSignedIn = computed(() => agent.value !== null)
  /** False while no LiveKit server answers: text help only. */
  const isVideoAvailable = ref(true)
  let lastAgentId: string | undefined
  let loading: Promise<void> | undefined

  function forget() {
    agent.value = null
    permissions.value = []
  }

  async function load() {
    try {
      const me = await api.get<Me>('/auth/me')
      agent.value = me.agent
      lastAgentId ??= me.agent.id
      permissions.value = me.permissions
      organisation.value = me.organisation
      isVideoAvailable.value = me.isVideoAvailable
      loadError.value = null
    } catch (error) {
      const signedOut = error instanceof ApiProblem && error.status === 401
      loadError.value = signedOut ? null : error
      if (signedOut) forget()
    }
  }

  /** Asks the API once; later calls wait for the same answer. */
  function ensureLoaded(): Promise<void> {
    loading ??= load()
    return loading
  }

  /** True if somebody else was signed in before on this page: what it still holds is not theirs to see. */
  async function signIn(username: string, password: string): Promise<boolean> {
    await api.post('/auth/login', { username, password })
    await load()
    if (loadError.value) throw loadError.value
    return agent.value?.id !== lastAgentId
  }

  /** Takes the one-time set-up link; the account may sign in afterwards. */
  async function setUp(token: string, password: string) {
    await api.post('/auth/setup', { token, password })
    await load()
  }

  async function changePassword(current: string, next: string) {
    await api.post('/auth/password', { current, next })
  }

  async function signOut() {
    await api.post('/auth/logout')
    forget()
  }

  const can = (permission: Permission) => permissions.value.includes(permission)

  return {
    agent,
    permissions,
    organisation,
    isVideoAvailable,
    loadError,
    isSignedIn,
    can,
    load,
    ensureLoaded,
    signIn,
    setUp,
    changePassword,
    signOut,
    forget,
  }
})
