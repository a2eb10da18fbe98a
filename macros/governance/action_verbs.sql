{% macro action_verbs() %}
    {#- Only verbs that are rarely nouns: `form_submit` ends with an action, `blog_post` does not. -#}
    {{ return({
        'accept': 'accepted', 'activate': 'activated', 'add': 'added', 'apply': 'applied',
        'begin': 'begun', 'buy': 'bought', 'cancel': 'cancelled', 'choose': 'chosen',
        'click': 'clicked', 'close': 'closed', 'complete': 'completed', 'confirm': 'confirmed',
        'create': 'created', 'delete': 'deleted', 'dismiss': 'dismissed', 'download': 'downloaded',
        'edit': 'edited', 'finish': 'finished', 'get': 'got', 'install': 'installed',
        'invite': 'invited', 'join': 'joined', 'leave': 'left', 'open': 'opened', 'pay': 'paid',
        'play': 'played', 'read': 'read', 'receive': 'received', 'reject': 'rejected',
        'remove': 'removed', 'request': 'requested', 'save': 'saved', 'scroll': 'scrolled',
        'see': 'seen', 'select': 'selected', 'send': 'sent', 'share': 'shared', 'show': 'shown',
        'start': 'started', 'stop': 'stopped', 'submit': 'submitted', 'subscribe': 'subscribed',
        'tap': 'tapped', 'update': 'updated', 'upgrade': 'upgraded', 'upload': 'uploaded',
        'use': 'used', 'verify': 'verified', 'view': 'viewed', 'visit': 'visited',
        'watch': 'watched',
    }) }}
{% endmacro %}
