/** Characters of a service item's name, in either language. */
export const maxItemNameLength = 80
