{% macro ga4_event_names() %}
    {{ return([
        'ad_click', 'ad_exposure', 'ad_impression', 'ad_query', 'ad_reward', 'add_payment_info',
        'add_shipping_info', 'add_to_cart', 'add_to_wishlist', 'adunit_exposure', 'app_clear_data',
        'app_exception', 'app_remove', 'app_store_refund', 'app_store_subscription_cancel',
        'app_store_subscription_convert', 'app_store_subscription_renew', 'app_update',
        'begin_checkout', 'campaign_details', 'click', 'close_convert_lead', 'close_unconvert_lead',
        'disqualify_lead', 'dynamic_link_app_open', 'dynamic_link_app_update',
        'dynamic_link_first_open', 'earn_virtual_currency', 'error', 'file_download',
        'firebase_campaign', 'firebase_in_app_message_action', 'firebase_in_app_message_dismiss',
        'firebase_in_app_message_impression', 'first_open', 'first_visit', 'form_start',
        'form_submit', 'generate_lead', 'in_app_purchase', 'join_group', 'level_end', 'level_start',
        'level_up', 'login', 'notification_dismiss', 'notification_foreground',
        'notification_open', 'notification_receive', 'notification_send', 'os_update', 'page_view',
        'post_score', 'purchase', 'qualify_lead', 'refund', 'remove_from_cart', 'screen_view',
        'scroll', 'search', 'select_content', 'select_item', 'select_promotion', 'session_start',
        'share', 'sign_up', 'spend_virtual_currency',
        'tutorial_begin', 'tutorial_complete', 'unlock_achievement', 'user_engagement',
        'video_complete', 'video_progress', 'video_start', 'view_cart', 'view_item',
        'view_item_list', 'view_promotion', 'view_search_results', 'working_lead',
    ]) }}
{% endmacro %}
