export function Judge(_: Record<string, unknown>) { return <h1>Judge</h1>; }
