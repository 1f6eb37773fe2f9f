# isort:skip_file -- the order is the life of a serial
# every stage: the spine
from . import serial_personal_mixin
from . import serial_guarded_mixin
from . import serial_job_mixin
from . import serial_epcis
from . import serial_epcis_told
from . import serial_epcis_filter_mixin
from . import serial_epcis_query
from . import serial_gln_mixin
from . import serial_lifecycle_mixin
from . import serial_reinstate_mixin
from . import serial_code_mixin
from . import serial_find_mixin
from . import serial_sale_mixin
from . import serial_warranty_mixin
from . import serial_dossier_mixin
from . import serial_digital_link_mixin
from . import serial_places_mixin
from . import serial_order_mixin
from . import serial_search_mixin
from . import serial_rebind_mixin
from . import serial_part_unit_mixin
from . import serial_repaired_mixin
from . import serial_recall_lot_mixin
from . import serial_recall_picking_mixin
from . import serial_recall_product_mixin
from . import serial_coded_picking_mixin
from . import stock_lot
from . import serial_append_mixin
from . import serial_event
from . import serial_chain_check

# minted
from . import serial_counter
from . import serial_randomness_mixin
from . import serial_scheme
from . import serial_mint_mixin
from . import serial_void_mixin
from . import serial_batch

# produced
from . import serial_import_find_mixin
from . import serial_import_write_mixin
from . import serial_import_kind_mixin
from . import serial_import_run_mixin
from . import serial_import
from . import serial_import_error
from . import serial_part_judge_mixin
from . import serial_part_change_mixin
from . import serial_part_hand_mixin
from . import serial_part_stolen
from . import serial_part
from . import serial_as_built_mixin
from . import serial_paired_order_mixin
from . import serial_pairing_state_mixin
from . import serial_pairing_store_mixin
from . import serial_pairing
from . import mrp_production
from . import mrp_unbuild

# marked
from . import serial_label_line
from . import serial_label_flaw_mixin
from . import serial_label_sscc_mixin
from . import serial_package_label_mixin
from . import serial_label_template

# shipped
from . import res_country_state
from . import serial_region_preset_mixin
from . import serial_channel_region
from . import serial_channel_contract
from . import serial_channel_assignment
from . import serial_channel_platform
from . import serial_store_import_mixin
from . import serial_channel_store
from . import serial_channel_figures_mixin
from . import serial_channel_window_mixin
from . import serial_leak_count_mixin
from . import serial_case_record_mixin
from . import serial_service_centre_mixin
from . import res_partner
from . import res_users
from . import serial_extension_order_mixin
from . import serial_extension_line_mixin
from . import serial_order_tradein_mixin
from . import sale_order
from . import serial_order_line_tradein_mixin
from . import sale_order_line
from . import serial_carton_picking_mixin
from . import stock_picking
from . import stock_warehouse
from . import serial_binding_mixin
from . import serial_delivery_mixin
from . import serial_binding
from . import serial_correction
from . import serial_repair_line_mixin
from . import stock_move
from . import serial_carton_line_mixin
from . import serial_putaway_mixin
from . import stock_move_line
from . import stock_package
from . import stock_location
from . import serial_reservation_mixin
from . import stock_quant

# passed on
from . import serial_transfer_send_mixin
from . import serial_transfer_announce_mixin
from . import serial_transfer_receive_mixin
from . import serial_transfer_settle_mixin
from . import serial_transfer_portal_mixin
from . import serial_transfer_office_mixin
from . import serial_channel_transfer
from . import serial_channel_transfer_line

# scanned, activated, watched
from . import serial_network_mixin
from . import serial_geoip
from . import serial_scan
from . import serial_reason
from . import serial_rule_line_mixin
from . import serial_diversion_rule
from . import serial_diversion_rule_detector
from . import serial_diversion_rule_threshold
from . import serial_diversion_rule_rate
from . import serial_diversion_whitelist
from . import serial_replay_figure_mixin
from . import serial_replay_leak_mixin
from . import serial_replay_run_mixin
from . import serial_diversion_replay
from . import serial_diversion_replay_line
from . import serial_activation_judge_mixin
from . import serial_activation_store_mixin
from . import serial_activation_claim_mixin
from . import serial_activation_mixin
from . import serial_page_source_mixin
from . import serial_page_render_mixin
from . import serial_page_unit_mixin
from . import serial_page_right_mixin
from . import serial_page_care_mixin
from . import serial_page_guard_mixin
from . import serial_page_proof_mixin
from . import serial_page_service_mixin
from . import serial_page_request_mixin
from . import serial_page_ticket_mixin
from . import serial_page_tradein_mixin
from . import serial_page_claim_mixin
from . import serial_page_product_mixin
from . import serial_page
from . import serial_resolver
from . import serial_place_kind_mixin
from . import serial_activation
from . import serial_activation_claim
from . import serial_owner_mixin
from . import serial_alert_raise_mixin
from . import serial_alert_tell_mixin
from . import serial_diversion_alert
from . import serial_case_gather_mixin
from . import serial_case_leak_mixin
from . import serial_case_decide_mixin
from . import serial_case_ask_mixin
from . import serial_case_print_mixin
from . import serial_diversion_case
from . import serial_evidence_text
from . import serial_evidence_unit_mixin
from . import serial_evidence_group_mixin
from . import serial_evidence_file_mixin
from . import serial_evidence_collect_mixin
from . import serial_evidence_bundle
from . import serial_file_check_mixin
from . import serial_diversion_statement
from . import serial_activation_proof
from . import serial_leak_tell_mixin
from . import serial_diversion_leak
from . import serial_diversion_leak_unit
from . import serial_run_collect_mixin
from . import serial_leak_complete_mixin
from . import serial_run_leak_mixin
from . import serial_run_alert_mixin
from . import serial_diversion_run
from . import serial_detector_clone_mixin
from . import serial_detector_reuse_mixin
from . import serial_detector_record_mixin
from . import serial_detector_fake_mixin
from . import serial_detector_code_mixin
from . import serial_diversion_detector
from . import serial_lead_raise_mixin
from . import serial_diversion_lead
from . import serial_diversion_floor
from . import serial_listing_find_mixin
from . import serial_listing_report_mixin
from . import serial_diversion_listing
from . import serial_purchase_trace_mixin
from . import serial_diversion_purchase
from . import serial_diversion_custody
from . import serial_price_spread

# serviced
from . import serial_warranty_rule_mixin
from . import serial_warranty_rules_mixin
from . import serial_warranty_policy
from . import serial_warranty_policy_basis
from . import serial_warranty_policy_component
from . import serial_warranty_policy_entitlement
from . import serial_warranty_policy_exclusion
from . import serial_warranty_text
from . import serial_warranty_right_mixin
from . import serial_warranty_start_mixin
from . import serial_warranty_stamp_mixin
from . import serial_warranty_exchange_mixin
from . import serial_warranty_register_mixin
from . import serial_warranty_print_mixin
from . import serial_warranty_card_log_mixin
from . import serial_warranty_card
from . import serial_warranty
from . import serial_warranty_exclusion
from . import serial_extension_bind_mixin
from . import serial_warranty_extension
from . import serial_repair_code
from . import serial_repair_stage_mixin
from . import serial_repair_done_mixin
from . import serial_repair_custody_mixin
from . import serial_repair_place_mixin
from . import serial_repair_rights_mixin
from . import serial_repair_coverage_mixin
from . import serial_repair_part_mixin
from . import serial_repair_cost_mixin
from . import serial_repair_exchange_mixin
from . import serial_repair_report_mixin
from . import serial_service_ticket_mixin
from . import repair_order
from . import serial_repair_labour
from . import serial_service_message
from . import serial_service_rate
from . import serial_settlement_print_mixin
from . import serial_service_settlement
from . import serial_service_settlement_line

# recalled
from . import serial_recall_scope_mixin
from . import serial_recall_list_mixin
from . import serial_recall_compute_mixin
from . import serial_recall_step_mixin
from . import serial_recall_notice_mixin
from . import serial_recall_figure_mixin
from . import serial_recall_file_mixin
from . import serial_recall_show_mixin
from . import serial_recall
from . import serial_recall_entry
from . import serial_recall_owner_mixin
from . import serial_recall_unit
from . import serial_recall_dealer

# traded in
from . import serial_tradein_line_mixin
from . import serial_tradein_program
from . import serial_tradein_class
from . import serial_tradein_value
from . import serial_tradein_curve
from . import serial_tradein_question
from . import serial_tradein_answer
from . import serial_tradein_block
from . import serial_tradein_unit_mixin
from . import serial_tradein_quote_mixin
from . import serial_tradein_accept_mixin
from . import serial_tradein_api_mixin
from . import serial_tradein_stock_mixin
from . import serial_tradein_inspect_mixin
from . import serial_tradein_credit_mixin
from . import serial_tradein_clawback_mixin
from . import serial_tradein_undo_mixin
from . import serial_tradein_link_mixin
from . import serial_tradein_voucher_mixin
from . import serial_tradein_report_mixin
from . import serial_tradein
from . import serial_subsidy_file

# compliance
from . import serial_compliance_scheme_mixin
from . import serial_compliance_category
from . import serial_coverage
from . import serial_coded_delivery

# retained, held, purged
from . import serial_consent_text
from . import serial_access_log
from . import serial_hold
from . import serial_purge_list_mixin
from . import serial_purge_run_mixin
from . import serial_purge_remove_mixin
from . import serial_purge_print_mixin
from . import serial_purge
from . import serial_purge_proof
from . import serial_purge_unit

# distributors in the portal
from . import serial_portal_alert_mixin
from . import serial_portal_case_mixin
from . import serial_portal_recall_mixin
from . import serial_portal_transfer_mixin
from . import serial_portal_key_mixin
from . import serial_portal_tradein_mixin
from . import serial_portal
from . import serial_packing_list

# service centres in the portal
from . import serial_service_intake_mixin
from . import serial_service_work_mixin
from . import serial_service_portal

# machines at the API
from . import serial_webhook_send_mixin
from . import serial_webhook
from . import serial_webhook_message
from . import serial_api_scope
from . import serial_api_usage
from . import serial_api_auth_mixin
from . import serial_api_quota_mixin
from . import serial_verify_source_mixin
from . import serial_verify
from . import serial_api_care_mixin
from . import serial_api_dossier
from . import serial_api_problem
from . import serial_api_key
from . import serial_api_request
from . import ir_http

# reports
from . import ir_actions_report
from . import serial_funnel
from . import serial_diversion_map
from . import serial_diversion_board

# settings
from . import product_category
from . import serial_product_link
from . import serial_product_link_mixin
from . import product_template
from . import product_product
from . import serial_company_tradein_mixin
from . import res_company
from . import res_config_settings

# the database as the last guard: loaded last, its triggers need every table
from . import serial_guard
