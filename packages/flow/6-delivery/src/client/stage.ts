/** Where in a session something happened, named after what we waited for. */
export type Stage =
  | 'connect'
  | 'greeting'
  | 'ehlo'
  | 'starttls'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'end-of-data'
  | 'idle';
